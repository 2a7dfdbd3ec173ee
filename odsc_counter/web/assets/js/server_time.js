// The server's time on a page that has no clock of its own to trust: a cheap board computer
// starts in 1970. Counted on from the last message by a clock that nobody can set.

const format = new Intl.DateTimeFormat("en-GB", {
  timeZone: "Asia/Vientiane",
  hour: "2-digit",
  minute: "2-digit",
});

let toldAt = performance.now();
let told = Date.now();

/** The server says what time it is; anything else is left aside. */
export function setServerTime(moment) {
  const now = Date.parse(moment ?? "");
  if (Number.isNaN(now)) return;
  told = now;
  toldAt = performance.now();
}

/** The server's time now, in milliseconds since 1970. */
export const serverNow = () => told + (performance.now() - toldAt);

/** Hours and minutes in Vientiane. */
export const clockText = (milliseconds) => format.format(milliseconds);
