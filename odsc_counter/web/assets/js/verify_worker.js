// Answers for the inspector's page where there is no network, with what the page has kept.

const KEPT = "verify-1";
const PAGES = /^\/verify(\/(lo|en))?$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname, search } = new URL(request.url);
  const isPage = PAGES.test(pathname) && !search.includes("seal=");
  const isOurs = origin === self.location.origin && (isPage || pathname.startsWith("/static/"));
  if (request.method === "GET" && isOurs) event.respondWith(answer(request));
});

async function answer(request) {
  let fresh;
  try {
    fresh = await fetch(request);
    if (fresh.status < 500) return fresh;
  } catch {
    // No network: below.
  }
  const store = await caches.open(KEPT);
  const kept = await store.match(request, { ignoreVary: true });
  return kept ?? fresh ?? Response.error();
}
