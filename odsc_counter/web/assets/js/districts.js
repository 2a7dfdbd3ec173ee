/* A province narrows the districts beneath it; without this script the list is whole. */

export function narrowDistricts(root = document) {
  for (const holder of root.querySelectorAll("[data-province-filter]")) {
    const province = holder.querySelector("[data-narrows]");
    const districts = document.getElementById(province.dataset.narrows);
    const groups = [...districts.querySelectorAll("optgroup")];
    holder.hidden = false;
    province.value = districts.selectedOptions[0]?.closest("optgroup")?.dataset.province ?? "";
    const narrow = (chosen) => {
      districts.replaceChildren(
        districts.options[0],
        ...groups.filter((group) => !province.value || group.dataset.province === province.value),
      );
      // Taken out and put back, a list would choose for itself.
      districts.value = chosen;
    };
    narrow(districts.value);
    province.addEventListener("change", () => narrow(""));
  }
}
