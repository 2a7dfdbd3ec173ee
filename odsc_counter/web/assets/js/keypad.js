// Big digits for a touch screen without a keyboard. A scanner types into the field by itself.

for (const form of document.querySelectorAll("form[data-keypad]")) {
  const field = form.querySelector("input[name=code]");
  const most = Number(form.dataset.keypad);
  form.querySelector(".keypad").hidden = false;
  field.inputMode = "none"; // the tablet's own keyboard would cover ours
  form.addEventListener("click", (event) => {
    const digit = event.target.closest("[data-digit]")?.dataset.digit;
    if (!digit) return;
    if (digit === "clear") field.value = "";
    else if (digit === "back") field.value = field.value.slice(0, -1);
    else if (field.value.length < most) field.value += digit;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
}
