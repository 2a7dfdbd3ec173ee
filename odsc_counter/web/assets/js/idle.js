// Locks a desk that nobody uses, and tells the server while somebody types on a long page.
// The server locks by itself as well: without this script the next page asks for the password.

const HERE_EVERY_MS = 60_000;
const LOOK_EVERY_MS = 5_000;

/** Start watching, on pages whose menu holds the form that locks. */
export function lockWhenIdle() {
  const form = document.querySelector("form[data-lock-after]");
  const limit = Number(form?.dataset.lockAfter) * 1_000;
  if (!form || !limit) return;

  // Date and not performance.now(): a laptop that was shut has been idle all that time.
  let used = Date.now();
  let told = Date.now();
  for (const kind of ["pointerdown", "keydown", "wheel", "touchstart"]) {
    addEventListener(kind, () => (used = Date.now()), { passive: true, capture: true });
  }

  const tell = async () => {
    told = Date.now();
    const answer = await fetch(form.dataset.here, {
      method: "POST",
      redirect: "manual",
      headers: { "X-CSRFToken": form.elements.csrf_token.value },
    }).catch(() => null); // no network: the desk still locks by the clock of this page
    // Signed out or locked elsewhere: the server leads to the right page.
    if (answer?.type === "opaqueredirect") location.reload();
  };

  setInterval(() => {
    const now = Date.now();
    if (now - used >= limit) {
      form.requestSubmit();
    } else if (used > told && now - told >= HERE_EVERY_MS) {
      tell();
    }
  }, LOOK_EVERY_MS);
}
