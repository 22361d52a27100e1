// Between a kiosk and the hall: where a page does not come in time, the kept one stands in for it.
// Nothing but the page for that case and its parts is kept.
const KEPT = "kiosk-1";
const ALONE = "/kiosk/offline";
const SPOKEN = "/kiosk/offline/language";
const LANGUAGES = ["kk", "ru", "en"];
const PATIENCE = 8000;
const TRUSTS_KEPT = 60_000;
const ANY = { ignoreVary: true };
let away = 0;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("message", (event) => {
  const { keeps, speaks } = event.data;
  if (LANGUAGES.includes(speaks)) event.waitUntil(remember(speaks));
  if (keeps) event.waitUntil(keep().then((kept) => kept && event.ports[0]?.postMessage("kept")));
});

async function remember(language) {
  const kept = await caches.open(KEPT);
  await kept.put(SPOKEN, new Response(language));
}

// Pages in each language, and what they need, are fetched anew each time the hall is heard.
async function keep() {
  const kept = await caches.open(KEPT);
  const seen = new Set();
  for (const lang of LANGUAGES) {
    const address = `${ALONE}?lang=${lang}`;
    const page = await fetch(address, { credentials: "omit" });
    if (!page.ok) return false;
    const text = await page.clone().text();
    for (const [, part] of text.matchAll(/(?:src|href)="(\/static\/[^"#]+)/g)) {
      await keepPart(kept, part, seen);
    }
    await kept.put(address, page);
  }
  return true;
}

// A versioned address never changes; modules name each other without a version.
async function keepPart(kept, address, seen) {
  if (seen.has(address)) return;
  seen.add(address);
  const part = (address.includes("?v=") && (await kept.match(address, ANY))) || (await fetch(address));
  if (!part.ok) return;
  await kept.put(address, part.clone());
  if (!address.includes(".js")) return;
  for (const [, name] of (await part.text()).matchAll(/(?:import|from)\s*"(\.\/[^"]+)"/g)) {
    await keepPart(kept, new URL(name, new URL(address, location.origin)).pathname, seen);
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(visit(request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(part(request, url));
});

// A form is waited for as long as it takes: its ticket may have been given. A page is not.
async function visit(request, url) {
  const late = new Promise((resolve) => {
    if (request.method === "GET") setTimeout(resolve, PATIENCE, null);
  });
  const answer = await Promise.race([fetch(request).catch(() => null), late]);
  if (answer && answer.status < 500) {
    away = 0;
    return answer;
  }
  away = Date.now();
  const asked = url.searchParams.get("lang");
  const lang = LANGUAGES.includes(asked) ? asked : await spoken();
  const kept = await caches.open(KEPT);
  return (await kept.match(`${ALONE}?lang=${lang}`, ANY)) ?? answer ?? Response.error();
}

async function spoken() {
  const kept = await caches.open(KEPT);
  return (await (await kept.match(SPOKEN, ANY))?.text()) ?? LANGUAGES[0];
}

async function part(request, url) {
  const kept = await caches.open(KEPT);
  const old = async () => (await kept.match(request, ANY)) ?? kept.match(url.pathname, ANY);
  if (Date.now() - away < TRUSTS_KEPT) return (await old()) ?? fetch(request);
  return fetch(request).catch(async () => (await old()) ?? Response.error());
}
