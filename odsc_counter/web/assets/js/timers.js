// Running times: elements with data-since (UTC) show minutes and seconds since then, and those
// with data-left the seconds that are left; at nought their [data-while-left] goes.

const two = (number) => String(number).padStart(2, "0");

function clockText(seconds) {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${two(minutes)}:${two(seconds % 60)}`;
  return hours > 0 ? `${hours}:${rest}` : rest;
}

const starts = new WeakMap();

/** When it started, on this page's own steady clock. */
function startOf(element) {
  const { since, seconds } = element.dataset;
  const key = `${since} ${seconds}`;
  const known = starts.get(element);
  if (known?.key === key) return known.start;
  // data-seconds is the server's own count: a wrong clock in the desk's computer does no harm.
  const elapsed = seconds ? Number(seconds) * 1000 : Date.now() - Date.parse(since);
  const start = performance.now() - elapsed;
  starts.set(element, { key, start });
  return start;
}

/** When a count-down that the server began is over. */
function endOf(element) {
  const known = starts.get(element);
  if (known) return known.end;
  const end = performance.now() + Number(element.dataset.left) * 1000;
  starts.set(element, { end });
  return end;
}

function tick() {
  for (const element of document.querySelectorAll("[data-left]")) {
    const seconds = Math.ceil((endOf(element) - performance.now()) / 1000);
    element.textContent = Math.max(0, seconds);
    const shown = element.closest("[data-while-left]");
    if (shown && seconds <= 0) shown.hidden = true;
  }
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = Math.floor((performance.now() - startOf(element)) / 1000);
    if (!Number.isNaN(seconds)) element.textContent = clockText(Math.max(0, seconds));
  }
}

/** Keep all running times going, also those that come later. */
export function runTimers() {
  tick();
  setInterval(tick, 1_000);
  document.addEventListener("refreshed", tick);
}
