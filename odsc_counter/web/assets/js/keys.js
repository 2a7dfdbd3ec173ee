// Function keys of the counter. By event.code: with a Lao layout event.key is a Lao letter.

const KEYS = new Set(["F2", "F4", "F6", "F7", "F8", "F9", "F10"]);

/** Press the element whose data-key is the function key that was pressed. */
export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    if (!KEYS.has(event.code)) return;
    if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    if (document.querySelector("dialog[open]")) return;
    const target = [...document.querySelectorAll(`[data-key="${event.code}"]`)].find(
      (element) => element.checkVisibility() && !element.disabled,
    );
    if (!target && event.code !== "F10") return;
    event.preventDefault(); // F10 would open the browser's menu even when it means nothing here
    if (target && !event.repeat) target.click();
  });
}
