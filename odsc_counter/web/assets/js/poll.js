// Regions that ask for themselves anew while they are looked at. Nothing comes back unless
// something changed (ETag). Without script the page shows what it had.

const EVERY_SECONDS = 20;
const FAILURES_SHOWN = 2;
const LENGTH_OF_DATE = "Wed, 25 Nov 2026 03:35:01 GMT".length;

function keepAsking(region, replaced) {
  const band = document.querySelector("[data-poll-stale]");
  let etag = region.dataset.etag ?? null;
  let failures = 0;

  function put(html) {
    const open = [...region.querySelectorAll("details")].map((details) => details.open);
    const focus = document.activeElement;
    const href = region.contains(focus) ? focus.getAttribute("href") : null;
    const swap = () => {
      region.innerHTML = html;
      region.querySelectorAll("details").forEach((details, index) => {
        details.open = open[index] ?? false;
      });
      if (href) region.querySelector(`a[href="${CSS.escape(href)}"]`)?.focus();
    };
    if (replaced) replaced(region, swap);
    else swap();
  }

  // The time by the server's clock, in Vientiane: seven hours ahead, the whole year. The header
  // may stand there twice, once by the page and once by the server.
  function tell(date) {
    const told = document.querySelector("[data-poll-told]");
    if (!told || !date) return;
    const there = new Date(Date.parse(date.slice(-LENGTH_OF_DATE)) + 7 * 3_600_000);
    told.querySelector("[data-poll-time]").textContent = there.toISOString().slice(11, 16);
    told.hidden = false;
  }

  async function look() {
    try {
      const answer = await fetch(region.dataset.poll, {
        cache: "no-store",
        headers: etag ? { "If-None-Match": etag, "X-Fragment": "1" } : { "X-Fragment": "1" },
      });
      if (answer.redirected) {
        location.reload(); // signed out elsewhere: the page itself leads to the sign-in
        return;
      }
      if (answer.status === 200) {
        etag = answer.headers.get("ETag");
        put(await answer.text());
      } else if (answer.status !== 304) {
        throw new Error(`status ${answer.status}`);
      }
      failures = 0;
      tell(answer.headers.get("Date"));
    } catch {
      failures += 1;
    }
    if (band) band.hidden = failures < FAILURES_SHOWN;
  }

  // What came last may say how soon to ask again.
  function seconds() {
    const inside = region.querySelector("[data-poll-seconds]");
    return Number((inside ?? region).dataset.pollSeconds ?? EVERY_SECONDS);
  }

  async function keepLooking() {
    if (document.visibilityState === "visible") await look();
    setTimeout(keepLooking, seconds() * 1_000);
  }

  setTimeout(keepLooking, seconds() * 1_000);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") look();
  });
}

/**
 * Keep every element with data-poll fresh, every data-poll-seconds (20 unless told, by the
 * element or by what it was filled with). Says the time of the last answer in data-poll-told.
 *
 * @param {(region: Element, swap: () => void) => void} [replaced]  puts the new content in by
 *   calling swap, and may look at the region before and after
 */
export function pollRegions(replaced) {
  for (const region of document.querySelectorAll("[data-poll]")) keepAsking(region, replaced);
}
