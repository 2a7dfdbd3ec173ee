// The calls of the board: one queue, one large place. Each call holds the large place until it
// was announced in full; calls that still wait for it are not in the list as if they were past.

import { serverNow } from "./server_time.js";
import { speak } from "./voice.js";

const HOLD_MS = 7_000; // a call keeps the large place at least so long
const SPOKEN_MOST_MS = 45_000; // whatever happens to the sound, the next call comes
const TOO_OLD_MS = 20_000; // an older call is shown but no longer announced
const LISTED = 5;
const REMEMBERED = 60;
const STORE = "announced-calls";

const place = (name) => document.querySelector(`[data-board="${name}"]`);

let calls = []; // as the server told them last, newest first
let queue = []; // calls that wait for the large place, oldest first
let hero = null;
let announcing = false;
let drawn = "";

function announced() {
  try {
    return JSON.parse(sessionStorage.getItem(STORE)) ?? [];
  } catch {
    return [];
  }
}

function remember(id) {
  try {
    sessionStorage.setItem(STORE, JSON.stringify([...announced(), id].slice(-REMEMBERED)));
  } catch {
    // Without a store a reload may say a call of the last seconds again.
  }
}

function write(name, text) {
  const element = place(name);
  if (element && element.textContent !== text) element.textContent = text;
}

function drawHero(call) {
  hero = call ?? null;
  place("hero").hidden = !call;
  place("empty").hidden = Boolean(call);
  write("hero-ticket", call?.ticket ?? "");
  write("hero-counter", String(call?.counter ?? ""));
}

function drawList() {
  const waiting = new Set(queue.map((call) => call.id));
  const rows = calls
    .filter((call) => call.ticket !== hero?.ticket && !waiting.has(call.id))
    .slice(0, LISTED);
  const now = rows.map((call) => `${call.ticket}>${call.counter}`).join();
  if (now === drawn) return;
  drawn = now;
  const blank = place("row").content.firstElementChild;
  place("list").replaceChildren(
    ...rows.map((call) => {
      const row = blank.cloneNode(true);
      row.querySelector(".recent-ticket").textContent = call.ticket;
      row.querySelector(".recent-counter").textContent = call.counter;
      return row;
    }),
  );
}

function pulse() {
  const box = place("hero");
  box.classList.remove("is-new");
  void box.offsetWidth; // makes the browser start the animation anew
  box.classList.add("is-new");
}

const wait = (ms) => new Promise((done) => setTimeout(done, ms));
const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));

async function announce(call) {
  drawHero(call);
  drawList();
  remember(call.id);
  pulse();
  tell("announce", call);
  const spoken = Promise.race([speak(call.say), wait(SPOKEN_MOST_MS)]).catch(() => null);
  const [result] = await Promise.all([spoken, wait(HOLD_MS)]);
  tell("announced", { ...call, ...result });
}

async function announceAll() {
  announcing = true;
  while (queue.length > 0) await announce(queue.shift());
  announcing = false;
  drawHero(calls[0]);
  drawList();
}

/** Calls that no longer stand (undone, put back) leave the queue; a newer call of the same
 *  number takes its place. A call that is only too far down for the server's list stays. */
function stillStanding(fresh) {
  const standing = new Set(calls.map((call) => call.id));
  const oldest = calls.length > 0 ? Date.parse(calls.at(-1).called_at) : Infinity;
  return queue.flatMap((call) => {
    if (standing.has(call.id)) return [call];
    const again = fresh.findIndex((one) => one.ticket === call.ticket);
    if (again >= 0) return fresh.splice(again, 1);
    return Date.parse(call.called_at) < oldest ? [call] : [];
  });
}

/** Take over the calls of a new state, newest first. */
export function takeCalls(told) {
  calls = told;
  const known = new Set([...announced(), ...queue.map((call) => call.id)]);
  const fresh = calls.filter(
    (call) => !known.has(call.id) && serverNow() - Date.parse(call.called_at) <= TOO_OLD_MS,
  );
  fresh.reverse();
  queue = [...stillStanding(fresh), ...fresh];
  if (announcing) {
    drawList();
  } else if (queue.length > 0) {
    announceAll();
  } else {
    drawHero(calls[0]);
    drawList();
  }
}

/** Whether nobody is being called at this moment. */
export const isQuiet = () => !announcing && queue.length === 0;
