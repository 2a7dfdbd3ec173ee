// A server-sent stream that knows when it is dead. EventSource alone never notices a frozen
// peer and gives up for good after an answer other than 200, so a watchdog stands beside it,
// and while there is no stream the page asks from time to time.

const SILENCE_MS = 12_500; // the server beats every 5 s: two beats missed and a little grace
const BACKOFF_MS = { least: 1_000, most: 15_000 };
const POLL_MS = { least: 3_000, most: 5_000 };
const REFUSED_MS = { least: 12_000, most: 18_000 }; // until a full server is asked again

const LIVED_MS = 30_000; // a stream that lived longer than this ended by itself, or was cut
const RENEW_MS = { least: 0, most: 500 };

const between = ({ least, most }) => least + Math.random() * (most - least);

const parsed = (event) => {
  try {
    return JSON.parse(event.data);
  } catch {
    return null;
  }
};

/**
 * Follow a stream of `state` and `beat` events.
 *
 * @param {string} url
 * @param {object} on
 * @param {(state: object|null) => void} on.state  a new state arrived
 * @param {(beat: object|null) => void} [on.beat]  the server is alive; carries {now}
 * @param {(stale: boolean) => void} [on.stale]    the connection was lost or came back
 * @param {string|(() => Promise<boolean>)} [poll]  what to do every few seconds while there is
 *   no stream: an address that answers with the state and its ETag, or a function that asks
 *   and says whether it was answered
 */
export function follow(url, on, poll) {
  let source = null;
  let retry = null;
  let asking = null;
  let failures = 0;
  let heardAt = performance.now();
  let triedAt = heardAt;
  let streams = false; // whether the stream has said something since it was opened
  let stale = false;
  let last = null; // the id of the state that the page shows

  const setStale = (value) => {
    if (stale !== value) {
      stale = value;
      on.stale?.(value);
    }
  };
  const heard = () => {
    heardAt = performance.now();
    setStale(false);
  };
  const heardFromStream = () => {
    streams = true;
    failures = 0;
    clearTimeout(asking);
    asking = null;
    heard();
  };
  const close = () => {
    clearTimeout(retry);
    retry = null;
    source?.close();
    source = null;
    streams = false;
  };

  async function askForState() {
    const answer = await fetch(poll, {
      cache: "no-store",
      headers: last ? { "If-None-Match": `"${last}"` } : {},
      signal: AbortSignal.timeout(5_000),
    });
    if (answer.status !== 304 && !answer.ok) return false;
    const state = answer.status === 304 ? null : await answer.json();
    if (streams) return true; // the stream is back, and its state is the newer one
    heard();
    if (state === null) {
      on.beat?.({ now: answer.headers.get("X-Now") });
    } else {
      last = answer.headers.get("ETag")?.replace(/^W\/|"/g, "") ?? null;
      on.state(state);
    }
    return true;
  }

  async function ask() {
    asking = null;
    try {
      if (typeof poll === "string") await askForState();
      else if (await poll()) heard();
    } catch {
      // The next attempt follows; silence is what the watchdog reports.
    }
    if (!streams && asking === null) asking = setTimeout(ask, between(POLL_MS));
  }

  function retryLater(refused) {
    close();
    failures += 1;
    const most = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** failures);
    const wait = between(refused && poll ? REFUSED_MS : { least: BACKOFF_MS.least, most });
    retry = setTimeout(open, poll && !refused ? Math.min(wait, POLL_MS.most) : wait);
    if (poll && asking === null) asking = setTimeout(ask);
  }

  /** The server ends each stream after ten minutes: no call may wait for the next one long. */
  function renew() {
    close();
    retry = setTimeout(open, between(RENEW_MS));
  }

  function open() {
    close();
    triedAt = performance.now();
    // A new EventSource can't send Last-Event-ID.
    const here = new URL(url, location.href);
    if (last) here.searchParams.set("last", last);
    source = new EventSource(here);
    source.addEventListener("state", (event) => {
      last = event.lastEventId || null;
      heardFromStream();
      on.state(parsed(event));
    });
    source.addEventListener("beat", (event) => {
      heardFromStream();
      on.beat?.(parsed(event));
    });
    // After an answer other than 200 the browser has closed it; after a lost line it hasn't.
    source.addEventListener("error", (event) => {
      if (streams && performance.now() - triedAt > LIVED_MS) renew();
      else retryLater(event.target.readyState === EventSource.CLOSED);
    });
  }

  setInterval(() => {
    const now = performance.now();
    if (now - heardAt > SILENCE_MS) setStale(true);
    // What the page hears by asking says nothing about a stream that never opens.
    if (source !== null && now - (streams ? heardAt : triedAt) > SILENCE_MS) retryLater(false);
  }, 500);

  // One stream per page: browsers allow six connections to a host.
  addEventListener("pagehide", () => {
    close();
    clearTimeout(asking);
    asking = null;
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
  open();
}
