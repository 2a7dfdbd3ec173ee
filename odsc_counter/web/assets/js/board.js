// The hall board: shows the state the stream sends, announces each call once and in full, and
// says so when it no longer knows. It runs for weeks: nothing here grows.

import { chime, soundAllowed } from "./chime.js";
import { isQuiet, takeCalls } from "./calls.js";
import { beatAs } from "./presence.js";
import { renewByItself } from "./renew.js";
import { clockText, serverNow, setServerTime } from "./server_time.js";
import { offerPause, takeNotices, takeServices } from "./slides.js";
import { follow } from "./stream.js";
import { setVoice } from "./voice.js";

const MEDIA_EVERY_MS = 10 * 60_000;
const MEDIA_RETRY_MS = 20_000;
const TOOLS_SHOWN_MS = 10_000;

const { stream, poll, media, build } = document.body.dataset;
const place = (name) => document.querySelector(`[data-board="${name}"]`);

let waiting = null;
let newestBuild = build;
let heardAt = serverNow(); // the server's time of the last message
let isStale = false;
let states = 0;

function write(name, text) {
  const element = place(name);
  if (element && element.textContent !== text) element.textContent = text;
}

function hear(moment) {
  setServerTime(moment);
  heardAt = serverNow();
  write("clock", clockText(heardAt));
}

function show(state) {
  if (!state) return;
  states += 1;
  if (state.now) hear(state.now);
  waiting = state.waiting ?? null;
  newestBuild = state.build ?? build;
  write("waiting", String(waiting ?? ""));
  write("wait-text", state.wait_text ?? "");
  if (place("wait")) place("wait").hidden = !state.wait_text;
  takeCalls(state.calls ?? []);
  takeNotices(state.notices ?? []);
  wantedMark = state.media ?? wantedMark;
  if (wantedMark !== hasMark) fetchMedia();
}

// --- what rarely changes ----------------------------------------------------------------------

let wantedMark = null; // what the newest state says
let hasMark = null; // what this page has
let mediaTag = null;
let lastMedia = null;
let fetching = false;
let tryAt = 0;

async function fetchMedia() {
  if (!media || fetching || performance.now() < tryAt) return;
  fetching = true;
  tryAt = performance.now() + MEDIA_RETRY_MS;
  const mark = wantedMark;
  try {
    const answer = await fetch(media, {
      cache: "no-store",
      headers: mediaTag ? { "If-None-Match": mediaTag } : {},
      signal: AbortSignal.timeout(20_000),
    });
    if (answer.status === 200) {
      lastMedia = await answer.json();
      mediaTag = answer.headers.get("ETag");
      takeServices(lastMedia.services ?? []);
    } else if (answer.status !== 304) {
      return;
    }
    await setVoice(lastMedia); // also after a 304: clips that failed to come are asked for again
    document.dispatchEvent(new CustomEvent("voice-ready"));
    hasMark = mark;
    tryAt = 0;
  } catch {
    // Asked again by the clock below.
  } finally {
    fetching = false;
  }
}

// --- when the connection is lost --------------------------------------------------------------

function ageText(template, pattern) {
  const minutes = Math.max(0, Math.floor((serverNow() - heardAt) / 60_000));
  return template
    .replace("{time}", clockText(heardAt))
    .replace("{age}", pattern.replace("{minutes}", String(minutes)));
}

function drawAge() {
  for (const element of document.querySelectorAll("[data-as-of]")) {
    const text = ageText(element.dataset.asOf, element.dataset.age);
    if (element.textContent !== text) element.textContent = text;
  }
}

async function fetchState() {
  const seen = states;
  try {
    const answer = await fetch(poll, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
    const state = answer.ok ? await answer.json() : null;
    if (states === seen) show(state); // else the stream was quicker, and knows more
  } catch {
    // The stream sends the whole state as well.
  }
}

function setStale(stale) {
  const isBack = isStale && !stale;
  isStale = stale;
  document.body.classList.toggle("is-stale", stale);
  drawAge();
  place("stale").hidden = !stale;
  sayStale(stale);
  if (isBack && poll) fetchState();
}

// --- the little that can be touched -----------------------------------------------------------

async function offerSound() {
  const button = place("sound");
  if (!button) return;
  button.hidden = await soundAllowed();
  button.addEventListener("click", async () => {
    button.hidden = await soundAllowed();
    chime();
  });
}

function hideTools() {
  let timer = null;
  const reveal = () => {
    document.body.classList.remove("is-untouched");
    clearTimeout(timer);
    timer = setTimeout(() => document.body.classList.add("is-untouched"), TOOLS_SHOWN_MS);
  };
  for (const sign of ["pointermove", "pointerdown", "keydown"]) {
    addEventListener(sign, reveal, { passive: true });
  }
  reveal();
}

const sayStale = beatAs("board");
offerSound();
hideTools();
offerPause(place("pause"));
setServerTime(document.body.dataset.now);
follow(stream, { state: show, beat: (beat) => beat?.now && hear(beat.now), stale: setStale }, poll);
setInterval(() => {
  write("clock", clockText(serverNow()));
  if (isStale) drawAge();
  else if (wantedMark !== hasMark) fetchMedia();
}, 1_000);
setInterval(fetchMedia, MEDIA_EVERY_MS);
renewByItself(isQuiet, () => waiting === 0 && !isStale, () => newestBuild !== build);
