// The touch screen of the hall: goes back to the start when nobody touches it any more, so
// that the next person never sees the last one's choices.

import { guardForms, offerPrinting } from "./forms.js";

const { idleUrl, idleSeconds } = document.body.dataset;
const idleMs = Number(idleSeconds ?? 60) * 1_000;
let timer = null;

function restart() {
  clearTimeout(timer);
  timer = setTimeout(() => location.replace(idleUrl), idleMs);
}

if (idleUrl) {
  for (const sign of ["pointerdown", "keydown", "scroll", "input"]) {
    addEventListener(sign, restart, { passive: true });
  }
  restart();
}
guardForms();
offerPrinting();
