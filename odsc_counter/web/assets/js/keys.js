// Keys of the counter. By event.code: with a Lao layout event.key is a Lao letter.

const KEYS = new Set(["F2", "F4", "F6", "F7", "F8", "F9", "F10", "Ctrl+Z"]);

/** The name of a pressed key as data-key writes it; empty for one that means nothing here. */
function nameOf(event) {
  if (event.altKey || event.metaKey || event.shiftKey) return "";
  const name = event.ctrlKey ? `Ctrl+${event.code.replace(/^Key/, "")}` : event.code;
  return KEYS.has(name) ? name : "";
}

const isTyping = (target) => target instanceof Element && target.matches("input, textarea");

/**
 * Press the element whose data-key is the key that was pressed. While a dialog is open, only
 * what stands in it: the key that opened it confirms it.
 */
export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const name = nameOf(event);
    // Ctrl+Z takes back what somebody types before it takes back a step.
    if (!name || (name === "Ctrl+Z" && isTyping(event.target))) return;
    const within = document.querySelector("dialog[open]") ?? document;
    const target = [...within.querySelectorAll(`[data-key="${name}"]`)].find(
      (element) => element.checkVisibility() && !element.disabled,
    );
    if (!target && name !== "F10") return;
    event.preventDefault(); // F10 would open the browser's menu even when it means nothing here
    if (target && !event.repeat) target.click();
  });
}
