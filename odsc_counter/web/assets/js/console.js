// The counter console: actions without a new page, dialogs, and a region that keeps itself
// fresh. staff.js guards the forms and hears the keys. Without this script the forms still work.

import { openDialogs } from "./dialogs.js";
import { unlock } from "./forms.js";
import { followRegions } from "./live.js";
import { runTimers } from "./timers.js";

const LOOK_EVERY_MS = 30_000; // minutes go on, holds end, even when nothing happens in the hall

/** Says politely what has changed, to those who hear the page. */
function announcer(element) {
  const output = document.querySelector("[data-said]");
  const state = () => element.querySelector("[data-announce]")?.dataset.announce ?? "";
  const told = () =>
    [...element.querySelectorAll(".messages [role=status]")].map((one) => one.textContent.trim());
  let known = { state: state(), told: told().join(" ") };
  return () => {
    const now = { state: state(), told: told().join(" ") };
    const news = ["told", "state"].filter((name) => now[name] !== known[name]);
    known = now;
    const text = news.map((name) => now[name]).join(" ").trim();
    if (output && text) output.textContent = text;
  };
}

/** Shows a failure that came without a fragment: no network, or a page of its own. */
function tell(element, text) {
  const template = document.querySelector("template[data-message]");
  const message = template.content.firstElementChild.cloneNode(true);
  if (text) message.querySelector("p").textContent = text;
  element.querySelector("[data-failed]")?.remove();
  message.dataset.failed = "";
  element.querySelector(".now-verbs")?.before(message);
  return message.textContent.trim();
}

const titleOf = (html) =>
  new DOMParser().parseFromString(html, "text/html").querySelector("h1")?.textContent.trim();

/** Send a form and put the desk as it is then in the region; returns what was refused. */
async function send(form, submitter, region) {
  const { element } = region;
  const body = new URLSearchParams(new FormData(form));
  if (submitter?.name) body.append(submitter.name, submitter.value);
  const marks = region.focusMarks(); // the lock takes the focus from the pressed button
  region.hold();
  try {
    const answer = await fetch(form.action, {
      method: "POST",
      body,
      headers: { "X-Fragment": "1" },
    });
    const html = await answer.text();
    if (answer.headers.get("X-Fragment")) {
      region.put(html, marks);
      return element.querySelector(".messages .alert-danger")?.textContent.trim() ?? "";
    }
    if (answer.ok) {
      location.assign(answer.url); // signed out or without a counter: that page tells
      return "";
    }
    return tell(element, titleOf(html));
  } catch {
    // The form keeps its key: sent once more, it is still the same action.
    return tell(element, "");
  } finally {
    unlock(form);
    region.release();
  }
}

function sendWithoutNewPage(region, dialogs) {
  let busy = false;
  const isOurs = (form) =>
    form.method === "post" &&
    !("wholePage" in form.dataset) &&
    form.closest("[data-console], [data-dialogs]");

  // Before forms.js locks it: one action at a time.
  document.addEventListener(
    "submit",
    (event) => {
      if (busy && isOurs(event.target)) {
        event.preventDefault();
        event.stopImmediatePropagation();
      }
    },
    { capture: true },
  );
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (event.defaultPrevented || !isOurs(form)) return;
    event.preventDefault();
    busy = true;
    const refused = await send(form, event.submitter, region);
    busy = false;
    dialogs.answered(form, refused);
  });
  // The second half of a double click would press the button that has come in its place.
  region.element.addEventListener(
    "click",
    (event) => {
      if (event.detail > 1 && event.target.closest("button, a")) event.preventDefault();
    },
    { capture: true },
  );
}

runTimers();
for (const region of followRegions()) {
  region.element.addEventListener("refreshed", announcer(region.element));
  if ("console" in region.element.dataset) {
    sendWithoutNewPage(region, openDialogs(region.element));
    setInterval(() => {
      if (document.visibilityState === "visible") region.refresh();
    }, LOOK_EVERY_MS);
  }
}
