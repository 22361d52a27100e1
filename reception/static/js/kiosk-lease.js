// What a kiosk keeps for the time without the hall: numbers lent to it and, afterwards, the tickets
// that it gave out by itself. Both stand in the browser's storage, so a restart loses neither.
const LEASE = "kiosk-lease";
const SPOOL = "kiosk-spool";
const GIVEN = "kiosk-given";

const read = (name, otherwise) => JSON.parse(localStorage.getItem(name) ?? "null") ?? otherwise;
const write = (name, value) => localStorage.setItem(name, JSON.stringify(value));
const label = (one) => `${one.day}/${one.series}${one.number}`;

// One page at a time, also where a kiosk has two of them open.
const alone = (act) => navigator.locks?.request(LEASE, act) ?? act();

// The next number of the series, written down as given out before anybody sees it; null when the
// lease is over or used up.
export function take(series, wish) {
  return alone(() => {
    const lease = read(LEASE, null);
    if (!lease || Date.now() > lease.until) return null;
    const given = new Set(read(GIVEN, []));
    const free = lease.numbers.find(
      (one) => one.series === series && !given.has(label({ ...one, day: lease.day })),
    );
    if (!free) return null;
    const ticket = { ...wish, day: lease.day, series, number: free.number, at: Date.now() };
    write(SPOOL, [...read(SPOOL, []), ticket]);
    write(GIVEN, [...given, label(ticket)]);
    return { ...ticket, code: free.code };
  });
}

// Tells the hall what was given out, then asks for numbers. True when the hall has answered.
export async function meet() {
  const lease = await borrow();
  if (!lease) return false;
  const spool = read(SPOOL, []);
  if (!spool.length) return true;
  const tickets = spool.map(({ at, ...one }) => ({
    ...one, age_s: Math.max(0, Date.now() - at) / 1000,
  }));
  const answer = await fetch("/kiosk/offline/given-out", {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-CSRFToken": lease.csrf },
    body: JSON.stringify({ tickets }),
  });
  if (!answer.ok) return false;
  const told = new Set(spool.map(label));
  await alone(() => write(SPOOL, read(SPOOL, []).filter((one) => !told.has(label(one)))));
  return Boolean(await borrow());
}

async function borrow() {
  const answer = await fetch("/kiosk/offline/numbers", { signal: AbortSignal.timeout(8000) });
  if (!answer.ok) return null;
  const { day, holds_s: holds, numbers, csrf } = await answer.json();
  await alone(() => {
    write(LEASE, { day, numbers, until: Date.now() + holds * 1000 });
    write(GIVEN, read(GIVEN, []).filter((one) => one.startsWith(`${day}/`)));
  });
  return { csrf };
}
