// The hall board: shows the state the stream sends, announces each call once, and says so
// when it no longer knows.

import { chime, soundAllowed } from "./chime.js";
import { follow } from "./stream.js";

const HOLD_MS = 7_000; // a call keeps the large place this long before the next may take it
const TOO_OLD_MS = 20_000; // an older call is shown but no longer announced
const LISTED = 5;
const REMEMBERED = 60;
const STORE = "announced-calls";

const place = (name) => document.querySelector(`[data-board="${name}"]`);
const clockFormat = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Vientiane",
  hour: "2-digit",
  minute: "2-digit",
});

let serverAhead = 0; // server time minus this machine's time, in ms
let latest = null;
let hero = null;
let queue = []; // calls that wait for the large place, oldest first
let holding = false;

const serverNow = () => Date.now() + serverAhead;

function announced() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember(id) {
  sessionStorage.setItem(STORE, JSON.stringify([...announced(), id].slice(-REMEMBERED)));
}

function readClock(moment) {
  const now = Date.parse(moment ?? "");
  if (Number.isNaN(now)) return;
  serverAhead = now - Date.now();
  place("clock").textContent = clockFormat.format(now);
}

function write(name, text) {
  const element = place(name);
  if (element) element.textContent = text ?? "";
}

function drawList() {
  const list = place("list");
  const blank = place("row");
  if (!list || !blank) return;
  const waitingForHero = new Set(queue.map((call) => call.id));
  const rows = latest.calls
    .filter((call) => call.ticket !== hero?.ticket && !waitingForHero.has(call.id))
    .slice(0, LISTED)
    .map((call) => {
      const row = blank.content.firstElementChild.cloneNode(true);
      row.querySelector(".recent-ticket").textContent = call.ticket;
      row.querySelector(".recent-counter").textContent = call.counter;
      return row;
    });
  list.replaceChildren(...rows);
}

function drawHero(call) {
  place("hero").hidden = !call;
  place("empty").hidden = Boolean(call);
  hero = call ?? null;
  write("hero-ticket", call?.ticket);
  write("hero-counter", call?.counter);
}

function pulse() {
  const box = place("hero");
  box.classList.remove("is-new");
  void box.offsetWidth; // makes the browser start the animation anew
  box.classList.add("is-new");
}

function showNext() {
  const call = queue.shift();
  if (!call) {
    holding = false;
    return;
  }
  holding = true;
  drawHero(call);
  drawList();
  remember(call.id);
  pulse();
  chime();
  document.dispatchEvent(new CustomEvent("announce", { detail: call }));
  setTimeout(showNext, HOLD_MS);
}

function show(state) {
  if (!state) return;
  readClock(state.now);
  latest = { ...state, calls: state.calls ?? [] };
  write("waiting", String(latest.waiting ?? ""));
  write("wait-text", latest.wait_text);
  if (place("wait")) place("wait").hidden = !latest.wait_text;

  const known = new Set([...announced(), ...queue.map((call) => call.id)]);
  const fresh = latest.calls.filter(
    (call) => !known.has(call.id) && serverNow() - Date.parse(call.called_at) <= TOO_OLD_MS,
  );
  const standing = new Set(latest.calls.map((call) => call.id));
  queue = [...queue.filter((call) => standing.has(call.id)), ...fresh.reverse()];

  if (!holding && queue.length > 0) showNext();
  else if (!holding) drawHero(latest.calls[0]);
  drawList();
}

function setStale(stale) {
  document.body.classList.toggle("is-stale", stale);
  place("stale").hidden = !stale;
}

async function offerSound() {
  const button = place("sound");
  if (!button) return;
  button.hidden = await soundAllowed();
  button.addEventListener("click", async () => {
    button.hidden = await soundAllowed();
    chime();
  });
}

const { stream, poll } = document.body.dataset;
follow(stream, { state: show, beat: (beat) => readClock(beat?.now), stale: setStale }, poll);
offerSound();
