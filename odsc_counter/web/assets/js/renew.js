// A board that runs for weeks loads itself anew: once a night while the hall is empty, and when
// the server has a newer page than this one. Never into an error: the server is asked first.

import { serverNow } from "./server_time.js";

const LOOK_EVERY_MS = 60_000;
const NIGHT_HOUR = 3; // in Vientiane: after midnight's new day, before anybody comes
const YOUNG_MS = 2 * 3_600_000; // a page that was loaded in this night stays
const AGAIN_AFTER_MS = 10 * 60_000; // two servers that differ must not make a board flicker
const STORE = "renewed-at";

const hour = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Vientiane",
  hour: "2-digit",
  hourCycle: "h23",
});
const loadedAt = performance.now();

const isNight = () => Number(hour.format(serverNow())) === NIGHT_HOUR;
const isOld = () => performance.now() - loadedAt > YOUNG_MS;

function recently() {
  const at = Number(sessionStorage.getItem(STORE) ?? 0);
  return Math.abs(serverNow() - at) < AGAIN_AFTER_MS;
}

async function renew() {
  try {
    const answer = await fetch(location.href, { cache: "no-store" });
    if (!answer.ok) return;
    await answer.text(); // the whole page came through
    sessionStorage.setItem(STORE, String(serverNow()));
  } catch {
    return; // no connection or no store: the page that we have is better than none
  }
  location.reload();
}

/**
 * Look from time to time whether the page should be loaded anew.
 *
 * @param {() => boolean} isFree  nobody is being called
 * @param {() => boolean} isEmpty  nobody waits either
 * @param {() => boolean} isOutdated  the server has a newer page
 */
export function renewByItself(isFree, isEmpty, isOutdated) {
  setInterval(() => {
    const outdated = isOutdated() && !recently();
    const night = isNight() && isOld() && isEmpty();
    if (isFree() && (outdated || night)) renew();
  }, LOOK_EVERY_MS);
}
