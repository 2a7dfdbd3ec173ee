// The inspector's page: checks seals by itself, and keeps itself for use without a network.

import { canVerify, opened, verified } from "./seal.js";

const KEPT = "verify-1";
const VIENTIANE_MS = 7 * 60 * 60 * 1000; // no summer time there, and no Lao in some browsers

const form = document.getElementById("verify");
const box = document.getElementById("seal");
const keys = JSON.parse(form.dataset.keys);
const language = document.documentElement.lang;
const isAble = canVerify();

const twoDigits = (number) => String(number).padStart(2, "0");
const show = (id, isShown) => {
  document.getElementById(id).hidden = !isShown;
};

function written(moment) {
  const there = new Date(moment.getTime() + VIENTIANE_MS);
  const day = [there.getUTCDate(), there.getUTCMonth() + 1].map(twoDigits).join("/");
  const time = [there.getUTCHours(), there.getUTCMinutes()].map(twoDigits).join(":");
  return `${day}/${there.getUTCFullYear()} ${time}`;
}

function facts(found, key) {
  const amount = String(found.amount).replace(/\B(?=(\d{3})+$)/g, ".");
  const place = language === "lo" ? key?.centre.name_lo : key?.centre.name_en;
  return {
    centre: key?.centre.number === found.centre ? `${place} (${key.centre.code})` : "?",
    year: String(found.year),
    number: `${found.series} ${String(found.number).padStart(6, "0")}`,
    issued: written(found.issued),
    amount: `${amount} ${form.dataset.kip}`,
    key: found.keyId,
  };
}

function tell(outcome, found, key) {
  for (const part of document.querySelectorAll("[data-outcome]")) {
    part.hidden = part.dataset.outcome !== outcome;
  }
  show("facts", Boolean(found));
  show("claims", Boolean(found) && outcome !== "valid");
  show("online", outcome === "valid");
  show("gives-back", outcome === "valid" && found.amount < 0n);
  if (!found) return;
  for (const [name, value] of Object.entries(facts(found, key))) {
    document.querySelector(`[data-fact="${name}"]`).textContent = value;
  }
  document.getElementById("ask").href = `${form.action}?seal=${found.letters}`;
}

async function check() {
  const found = opened(box.value);
  if (!found) {
    tell("unreadable");
    return;
  }
  const { outcome, key } = await verified(found, keys);
  tell(outcome, found, key);
}

/** Keep both languages of the page, its style, script and letters; forget older ones. */
async function keep() {
  if (!("serviceWorker" in navigator) || !("caches" in window)) return;
  const wanted = JSON.parse(form.dataset.keep);
  await navigator.serviceWorker.register(form.dataset.worker, { scope: form.action });
  await navigator.serviceWorker.ready;
  const store = await caches.open(KEPT);
  await store.addAll(wanted);
  for (const request of await store.keys()) {
    const { pathname, search } = new URL(request.url);
    if (!wanted.includes(pathname + search)) await store.delete(request);
  }
  show("kept", await isAble);
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await isAble) await check();
  else form.submit();
});
// A scanner ends with Enter; a new line has no use here.
box.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) return;
  event.preventDefault();
  form.requestSubmit();
});
isAble.then((able) => show("unable", !able));
if (navigator.onLine) keep().catch(() => show("kept", false));
