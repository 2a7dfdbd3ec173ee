// Boards and kiosks say that they are there, so that the manager sees which one went silent.

const EVERY_MS = 30_000;
const STORE = "display-device";

function device() {
  try {
    let name = localStorage.getItem(STORE);
    if (!/^[0-9a-f]{32}$/.test(name ?? "")) {
      const random = crypto.getRandomValues(new Uint8Array(16));
      name = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      localStorage.setItem(STORE, name);
    }
    return name;
  } catch {
    return null; // a browser that stores nothing would be a new display at every load
  }
}

/**
 * Say every half minute that this display is there.
 *
 * The page stands at /c/<centre>/… and holds a csrf_token somewhere, as every page with a form
 * does.
 *
 * @param {"board"|"kiosk"} kind
 * @returns {(stale: boolean) => void}  to say that the display has lost its stream, or has it again
 */
export function beatAs(kind) {
  const centre = location.pathname.match(/^\/c\/[^/]+\//)?.[0];
  const token = document.querySelector("input[name=csrf_token]")?.value;
  const name = device();
  if (!centre || !token || !name) return () => {};
  let stale = false;

  const beat = () =>
    fetch(`${centre}displays/beat`, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": token },
      body: new URLSearchParams({ device: name, kind, stale: stale ? "1" : "0" }),
    }).catch(() => null); // silence is what the manager sees

  setInterval(beat, EVERY_MS);
  beat();
  return (value) => {
    if (stale === value) return;
    stale = value;
    beat();
  };
}
