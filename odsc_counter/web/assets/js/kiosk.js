// The touch screen of the hall: goes back to the start, in the hall's own language, when nobody
// touches it any more, so that the next person never meets the last one's choices. The hall's
// own kiosk leaves no page while the server does not answer: the browser's page of errors has
// no way back. (A phone that opened the address has a Back button, and a slower line.)

import { guardForms } from "./forms.js";
import { beatAs } from "./presence.js";
import { printSlip } from "./slip.js";

const { homeLanguage, idleUrl, idleSeconds } = document.body.dataset;
const idleMs = Number(idleSeconds ?? 60) * 1_000;
const offline = document.querySelector("[data-offline]");
let timer = null;

async function serverAnswers() {
  if (!homeLanguage) return true;
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  offline.hidden = answer?.ok === true;
  return offline.hidden;
}

// The language of the last person goes with them: the hall's own is chosen through its button.
function startAnew(url) {
  const button = document.querySelector(`.language-choice[value="${homeLanguage}"]`);
  if (!button || document.documentElement.lang === homeLanguage) {
    location.replace(url);
    return;
  }
  button.form.elements.next.value = url;
  button.form.requestSubmit(button);
}

function restart() {
  clearTimeout(timer);
  if (!idleUrl) return;
  timer = setTimeout(async () => {
    if (await serverAnswers()) startAnew(idleUrl);
    else restart();
  }, idleMs);
}

function leaveOnlyWhenAnswered() {
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link) return;
    event.preventDefault();
    if (!(await serverAnswers())) return;
    if (link.dataset.startAnew === undefined) location.assign(link.href);
    else startAnew(new URL(link.href).pathname);
  });
  const answered = new WeakSet();
  document.addEventListener(
    "submit",
    async (event) => {
      const form = event.target;
      if (answered.delete(form)) return;
      const { submitter } = event;
      event.preventDefault();
      event.stopImmediatePropagation();
      if (!(await serverAnswers())) return;
      answered.add(form);
      form.requestSubmit(submitter);
    },
    { capture: true },
  );
}

for (const sign of ["pointerdown", "keydown", "scroll", "input"]) {
  addEventListener(sign, restart, { passive: true });
}
restart();
if (homeLanguage) {
  leaveOnlyWhenAnswered();
  beatAs("kiosk");
  addEventListener("contextmenu", (event) => event.preventDefault());
}
guardForms();
printSlip();
