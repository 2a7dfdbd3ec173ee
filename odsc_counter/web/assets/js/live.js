// Regions that follow a stream: when it says that something changed, the region's fragment
// is fetched again and put in its place.

import { follow } from "./stream.js";

const MAIN = '[data-key="F2"]';
const TOLD_MS = 30_000; // what an action has said stays while the hall goes on changing

/** A way to find the same control again after the region was replaced. */
function markOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.key) return `[data-key="${element.dataset.key}"]`;
  const href = element.getAttribute("href");
  if (href) return `a[href="${CSS.escape(href)}"]`;
  const action = element.form?.getAttribute("action");
  return action ? `form[action="${CSS.escape(action)}"] button` : null;
}

const isTypedIn = (region) =>
  region.contains(document.activeElement) &&
  document.activeElement.matches("input:not([type=hidden]), textarea, select");

/** A region of the page that is replaced as a whole and keeps focus and scrolling. */
export class Region {
  #generation = 0;
  #asking = false;
  #again = false;
  #held = 0;
  #missed = false; // whether the last look failed: nobody else would tell us to look again
  #toldAt = 0;

  constructor(element) {
    this.element = element;
    this.#guardPresses();
  }

  /** A pressed button must still be there when it is let go, or the click is lost. */
  #guardPresses() {
    this.element.addEventListener("pointerdown", () => {
      this.hold();
      const release = () => {
        removeEventListener("pointerup", release);
        removeEventListener("pointercancel", release);
        setTimeout(() => this.release());
      };
      addEventListener("pointerup", release);
      addEventListener("pointercancel", release);
    });
  }

  /** From now on nothing is replaced; answers that are on their way are dropped. */
  hold() {
    this.#held += 1;
    this.#generation += 1;
  }

  /** The end of a hold. */
  release() {
    this.#held -= 1;
    if (this.#held === 0 && this.#again) this.refresh();
  }

  /** Where the focus is to go when the region is replaced: the same control, or the main one. */
  focusMarks() {
    const focused = document.activeElement;
    return this.element.contains(focused) ? [markOf(focused), MAIN] : [];
  }

  /** Put the answer to an action in. `marks`: where the focus goes, to the first that is there. */
  put(html, marks) {
    this.#toldAt = performance.now();
    this.#replace(html, marks);
  }

  /** Put the present state in; what the last action said stays for a while. */
  #renew(html) {
    const told = this.element.querySelector(".messages");
    const place = () => this.element.querySelector(".now-verbs");
    this.#replace(html, this.focusMarks(), () => {
      if (told && performance.now() - this.#toldAt < TOLD_MS) place()?.before(told);
    });
  }

  #replace(html, marks, mend = () => {}) {
    this.#generation += 1;
    const { element } = this;
    const scrolled = [...element.querySelectorAll("[data-keep-scroll]")].map((part) => [
      part.id,
      part.scrollTop,
    ]);
    element.innerHTML = html;
    mend();
    for (const [id, top] of scrolled) {
      const part = document.getElementById(id);
      if (part) part.scrollTop = top;
    }
    for (const mark of marks) {
      const target = mark && element.querySelector(mark);
      if (target?.checkVisibility() && !target.disabled) {
        target.focus({ preventScroll: true });
        break;
      }
    }
    element.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
  }

  /** Look again when the last look failed. */
  retryMissed() {
    if (this.#missed && !this.#asking) this.refresh();
  }

  /**
   * Fetch the fragment and put it in, unless somebody presses, sends or types just now.
   * Says whether the server answered.
   */
  async refresh() {
    const { element } = this;
    if (this.#asking || this.#held > 0) {
      this.#again = true;
      return false;
    }
    if (isTypedIn(element)) {
      element.addEventListener("focusout", () => setTimeout(() => this.refresh()), { once: true });
      return false;
    }
    this.#asking = true;
    this.#again = false;
    this.#missed = true;
    const generation = this.#generation;
    try {
      const answer = await fetch(element.dataset.fragment, {
        cache: "no-store",
        headers: { "X-Fragment": "1" },
      });
      if (answer.redirected) {
        location.reload(); // signed out elsewhere: the page itself leads to the sign-in
        return false;
      }
      if (answer.ok) {
        const html = await answer.text();
        // What was asked before an action knows nothing of it.
        if (generation === this.#generation && !element.querySelector("form[data-sent]")) {
          this.#renew(html);
        } else {
          this.#again = true;
        }
      }
      this.#missed = !answer.ok;
      return answer.ok;
    } catch {
      return false; // the stream's own watchdog tells the clerk that the connection is lost
    } finally {
      this.#asking = false;
      if (this.#again) setTimeout(() => this.refresh(), 200);
    }
  }
}

function followRegion(element) {
  const region = new Region(element);
  follow(
    element.dataset.liveStream,
    {
      state: () => region.refresh(),
      beat: () => region.retryMissed(),
      stale: (stale) => {
        element.classList.toggle("is-stale", stale);
        for (const band of document.querySelectorAll("[data-live-stale]")) band.hidden = !stale;
      },
    },
    () => region.refresh(),
  );
  return region;
}

/** Keep every element with data-live-stream and data-fragment fresh; returns their regions. */
export function followRegions() {
  return [...document.querySelectorAll("[data-live-stream][data-fragment]")].map(followRegion);
}
