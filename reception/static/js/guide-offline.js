// Pages of the guide that were opened once can be read without a network. Fresh ones come first.
const KEPT = "guide-1";
const MOST = 120;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === location.origin;
  const wanted = url.pathname.startsWith("/guide") || url.pathname.startsWith("/static/");
  if (event.request.method === "GET" && ours && wanted) event.respondWith(answer(event.request));
});

async function answer(request) {
  const kept = await caches.open(KEPT);
  try {
    const fresh = await fetch(request);
    if (fresh.ok && !fresh.redirected) await keep(kept, request, fresh.clone());
    return fresh;
  } catch (error) {
    const old = await kept.match(request, { ignoreVary: true });
    if (old) return old;
    throw error;
  }
}

async function keep(kept, request, fresh) {
  await kept.put(request, fresh);
  const keys = await kept.keys();
  if (keys.length > MOST) await kept.delete(keys[0]);
}
