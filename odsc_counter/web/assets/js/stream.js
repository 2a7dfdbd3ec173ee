// A server-sent stream that knows when it is dead. EventSource alone never notices a frozen
// peer and gives up for good after an answer other than 200, so a watchdog stands beside it.

const SILENCE_MS = 12_500; // the server beats every 5 s: two beats missed and a little grace
const BACKOFF_MS = { least: 1_000, most: 15_000 };

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
 * @param {string} [pollUrl]  asked once for each failed connection, so that a full server
 *                            (503 to streams) still feeds the page
 */
export function follow(url, on, pollUrl) {
  let source = null;
  let retry = null;
  let failures = 0;
  let heardAt = performance.now();
  let triedAt = heardAt;
  let stale = false;

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
  const close = () => {
    clearTimeout(retry);
    retry = null;
    source?.close();
    source = null;
  };

  async function poll() {
    try {
      const answer = await fetch(pollUrl, { cache: "no-store", signal: AbortSignal.timeout(5_000) });
      if (!answer.ok) return;
      const state = await answer.json();
      heard();
      on.state(state);
    } catch {
      // The next attempt follows; silence is what the watchdog reports.
    }
  }

  function retryLater() {
    close();
    failures += 1;
    const ceiling = Math.min(BACKOFF_MS.most, BACKOFF_MS.least * 2 ** failures);
    const wait = BACKOFF_MS.least + Math.random() * (ceiling - BACKOFF_MS.least);
    retry = setTimeout(open, pollUrl ? Math.min(wait, 5_000) : wait);
    if (pollUrl) poll();
  }

  function open() {
    close();
    triedAt = performance.now();
    source = new EventSource(url);
    source.addEventListener("open", () => {
      failures = 0;
    });
    source.addEventListener("state", (event) => {
      heard();
      on.state(parsed(event));
    });
    source.addEventListener("beat", (event) => {
      heard();
      on.beat?.(parsed(event));
    });
    source.addEventListener("error", retryLater);
  }

  setInterval(() => {
    const now = performance.now();
    if (now - heardAt > SILENCE_MS) setStale(true);
    if (source !== null && now - Math.max(heardAt, triedAt) > SILENCE_MS) retryLater();
  }, 500);

  // One stream per page: browsers allow six connections to a host.
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
  open();
}
