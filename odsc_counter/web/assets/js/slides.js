// The notices at the foot of the board, one page after the other; nothing scrolls. Between two
// rounds of the notices some services come, each with its papers and fee.

const LEAST_MS = 9_000; // longer for longer texts
const MS_BY_LETTER = 70;
const MOST_MS = 16_000;
const SERVICES_BETWEEN = 4;

const strip = document.querySelector("[data-board=slides]");
const part = (name) => strip.querySelector(`[data-slide="${name}"]`);

let notices = [];
let services = [];
let nextNotice = 0;
let nextService = 0;
let between = 0;
let shown = null;
let timer = null;
let paused = false;

function next() {
  if (nextNotice < notices.length) {
    between = 0;
    nextNotice += 1;
    return notices[nextNotice - 1];
  }
  if (services.length > 0 && (between < SERVICES_BETWEEN || notices.length === 0)) {
    between += 1;
    nextService = (nextService + 1) % services.length;
    return services[nextService];
  }
  if (notices.length === 0) return null;
  nextNotice = 1;
  between = 0;
  return notices[0];
}

function write(name, text) {
  const element = part(name);
  if (element.textContent !== text) element.textContent = text;
  element.hidden = !text;
}

function draw(slide) {
  shown = slide;
  strip.hidden = !slide;
  if (!slide) return;
  strip.dataset.kind = slide.kind;
  for (const label of strip.querySelectorAll("[data-kind-label]")) {
    label.hidden = label.dataset.kindLabel !== slide.kind;
  }
  write("head-lo", slide.head_lo ?? "");
  write("lo", slide.lo);
  write("en", [slide.head_en, slide.fee_en, slide.en].filter(Boolean).join(" · "));
  write("fee", slide.fee_lo ?? "");
  part("example").hidden = !slide.example;
  strip.classList.remove("is-turning");
  void strip.offsetWidth; // makes the browser start the animation anew
  strip.classList.add("is-turning");
}

function turn() {
  clearTimeout(timer);
  if (!paused) draw(next());
  const letters = (shown?.lo.length ?? 0) + (shown?.head_lo?.length ?? 0);
  timer = setTimeout(turn, Math.min(MOST_MS, LEAST_MS + letters * MS_BY_LETTER));
}

// By its fields: stream and poll write the same page with its fields in another order.
const markOf = (slide) =>
  [slide.kind, slide.head_lo, slide.fee_lo, slide.lo, slide.en, slide.example].join("\n");
const marksOf = (slides) => slides.map(markOf).join("\f");
const isUp = () =>
  shown !== null && [...notices, ...services].some((slide) => markOf(slide) === markOf(shown));

/** Take over the notices of a new state; the page that is up stays its time if it still stands. */
export function takeNotices(told) {
  if (!strip || marksOf(told) === marksOf(notices)) return;
  notices = told;
  nextNotice = 0;
  if (!isUp()) turn();
}

/** Take over the services to show in turn. */
export function takeServices(told) {
  if (!strip || marksOf(told) === marksOf(services)) return;
  services = told;
  nextService = -1;
  if (!isUp()) turn();
}

/** Let a button hold the page that is up (WCAG 2.2.2), and let it go again. */
export function offerPause(button) {
  if (!strip || !button) return;
  button.hidden = false;
  button.addEventListener("click", () => {
    paused = !paused;
    button.setAttribute("aria-pressed", String(paused));
  });
}
