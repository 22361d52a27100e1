// The hall's clock: the server's time and zone, whatever this device believes. The page gives the
// instant (datetime) and how the hall reads it (the text); the zone is what lies between them.
const DAY = 24 * 60;
const ALMATY = 5 * 60; // since 1 March 2024; used when the page gives no time

function zone(instant, reading) {
  const found = /^(\d\d):(\d\d)$/.exec(reading.trim());
  if (Number.isNaN(instant) || !found) return ALMATY;
  const there = Number(found[1]) * 60 + Number(found[2]);
  const here = Math.floor(instant / 60_000) % DAY;
  return ((there - here + DAY + DAY / 2) % DAY) - DAY / 2;
}

// How far the server's clock is ahead of this device's.
let ahead = 0;
let offset = ALMATY;

export const now = () => Date.now() + ahead;

export function time(instant = now()) {
  return new Date(instant + offset * 60_000).toISOString().slice(11, 16);
}

const clocks = document.querySelectorAll("[data-clock]");

function tick() {
  const reading = time();
  for (const clock of clocks) if (clock.textContent !== reading) clock.textContent = reading;
}

if (clocks.length) {
  const read = Date.parse(clocks[0].getAttribute("datetime") ?? "");
  offset = zone(read, clocks[0].textContent);
  if (!Number.isNaN(read)) ahead = read - (performance.timeOrigin + responseStart());
  tick();
  setInterval(tick, 1000);
}

function responseStart() {
  return performance.getEntriesByType("navigation")[0]?.responseStart ?? performance.now();
}
