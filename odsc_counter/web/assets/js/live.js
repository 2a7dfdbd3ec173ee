// Regions that follow a stream: when it says that something changed, the region's fragment
// is fetched again and put in its place.

import { follow } from "./stream.js";

const typing = (region) =>
  region.contains(document.activeElement) &&
  document.activeElement.matches("input:not([type=hidden]), textarea, select");

/** A way to find the same control again after the region was replaced. */
function focusMark(region) {
  const element = document.activeElement;
  if (!element || !region.contains(element)) return null;
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.dataset.key) return `[data-key="${element.dataset.key}"]`;
  const href = element.getAttribute("href");
  return href ? `a[href="${CSS.escape(href)}"]` : null;
}

function keepFresh(region) {
  let busy = false;
  let again = false;
  let missed = false; // whether the last look failed: nobody else would tell us to look again

  /** Put the fragment in place; says whether the server answered with it. */
  async function refresh() {
    if (busy) {
      again = true;
      return false;
    }
    if (region.querySelector("form[data-sent]")) {
      setTimeout(refresh, 1_000);
      return false;
    }
    if (typing(region)) {
      region.addEventListener("focusout", () => setTimeout(refresh), { once: true });
      return false;
    }
    busy = true;
    again = false;
    missed = true;
    try {
      const answer = await fetch(region.dataset.fragment, {
        cache: "no-store",
        headers: { "X-Fragment": "1" },
      });
      if (answer.redirected) {
        location.reload(); // signed out elsewhere: the page itself leads to the sign-in
        return false;
      }
      // A submit that began meanwhile owns the region: its answer brings the new page.
      if (answer.ok && !region.querySelector("form[data-sent]")) {
        const html = await answer.text();
        const mark = focusMark(region);
        region.innerHTML = html;
        if (mark) region.querySelector(mark)?.focus();
        region.dispatchEvent(new CustomEvent("refreshed", { bubbles: true }));
      }
      missed = !answer.ok;
      return answer.ok;
    } catch {
      return false; // the stream's own watchdog tells the clerk that the connection is lost
    } finally {
      busy = false;
      if (again) setTimeout(refresh, 200);
    }
  }

  follow(
    region.dataset.liveStream,
    {
      state: refresh,
      beat: () => {
        if (missed && !busy) refresh();
      },
      stale: (stale) => {
        region.classList.toggle("is-stale", stale);
        for (const band of document.querySelectorAll("[data-live-stale]")) band.hidden = !stale;
      },
    },
    refresh,
  );
}

/** Keep every element with data-live-stream and data-fragment fresh. */
export function followRegions() {
  document.querySelectorAll("[data-live-stream][data-fragment]").forEach(keepFresh);
}
