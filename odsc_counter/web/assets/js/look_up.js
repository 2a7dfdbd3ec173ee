// Boxes in which somebody is looked up: the list below follows what is typed. Without script the
// button beside the box asks the server for the whole page.

const PAUSE_MS = 180;

function lookUpWith(input) {
  const list = document.getElementById(input.getAttribute("aria-controls"));
  let timer;
  let asked = input.value.trim();
  let running;

  async function ask() {
    const text = input.value.trim();
    if (text === asked) return;
    asked = text;
    running?.abort();
    running = new AbortController();
    const address = new URL(input.dataset.lookUp, location.href);
    address.searchParams.set("q", text);
    try {
      const answer = await fetch(address, {
        headers: { "X-Fragment": "1" },
        signal: running.signal,
      });
      if (answer.redirected) {
        location.reload(); // signed out elsewhere: the page itself leads to the sign-in
      } else if (answer.ok) {
        list.innerHTML = await answer.text();
      }
    } catch (error) {
      // The next letter asks again; the button still works.
      if (error.name !== "AbortError") asked = null;
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });

  const links = () => [...list.querySelectorAll("a[href]")];
  input.addEventListener("keydown", (event) => {
    if (event.code !== "ArrowDown" || links().length === 0) return;
    event.preventDefault();
    links()[0].focus();
  });
  list.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.code];
    const here = links().indexOf(document.activeElement);
    if (!step || here < 0) return;
    event.preventDefault();
    (links()[here + step] ?? (step < 0 ? input : links()[here])).focus();
  });
}

/** Let every box with data-look-up fill the list that it controls as somebody types. */
export function lookUp() {
  document.querySelectorAll("input[data-look-up]").forEach(lookUpWith);
}
