// The ticket on a phone: asks every 20 s while it is looked at, and nothing comes back unless
// something changed (ETag). Without script the page reloads itself.

import { guardForms } from "./forms.js";

const EVERY_MS = 20_000;
const FAILURES_SHOWN = 2;

const region = document.querySelector("[data-poll]");
const band = document.querySelector("[data-poll-stale]");
let etag = region?.dataset.etag ?? null;
let failures = 0;

function put(html) {
  const calledBefore = region.querySelector("[data-called]") !== null;
  region.innerHTML = html;
  const called = region.querySelector("[data-called]") !== null;
  if (called && !calledBefore) navigator.vibrate?.([300, 150, 300]);
}

async function look() {
  try {
    const answer = await fetch(region.dataset.poll, {
      cache: "no-store",
      headers: etag ? { "If-None-Match": etag, "X-Fragment": "1" } : { "X-Fragment": "1" },
    });
    if (answer.status === 200) {
      etag = answer.headers.get("ETag");
      put(await answer.text());
    } else if (answer.status !== 304) {
      throw new Error(`status ${answer.status}`);
    }
    failures = 0;
  } catch {
    failures += 1;
  }
  if (band) band.hidden = failures < FAILURES_SHOWN;
}

if (region) {
  setInterval(() => {
    if (document.visibilityState === "visible") look();
  }, EVERY_MS);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
}
guardForms();
