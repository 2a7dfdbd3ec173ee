// A file that is too large is told before it is sent, not after minutes on a slow line.
// The server refuses it all the same.

function told(input) {
  const { mostFiles, mostBytes, tooMany, tooLarge } = input.dataset;
  const files = [...input.files];
  if (files.length > Number(mostFiles)) return tooMany;
  const large = files.find((file) => file.size > Number(mostBytes));
  return large ? `${large.name}: ${tooLarge}` : "";
}

/** Fields with data-most-bytes and data-most-files refuse more as soon as it is chosen, and
 * the place with their id in data-chosen says what was chosen, in the page's own language. */
export function guardFiles() {
  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!input.matches("input[type=file][data-most-bytes]")) return;
    const wrong = told(input);
    input.setCustomValidity(wrong);
    const place = document.querySelector(`[data-chosen="${input.id}"]`);
    place.textContent = wrong || [...input.files].map((file) => file.name).join(", ");
    place.classList.toggle("scan-refused", Boolean(wrong));
  });
}
