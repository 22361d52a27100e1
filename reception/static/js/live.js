// <any data-live="hall/almaty,agency/police">: the event stream of those topics. Each event becomes
// a DOM event `live` on the document, detail = {id, topic, kind, ...}; `live:lost` and `live:back`
// tell how the connection is. An element with an id and data-refresh="hall" (a topic or its first
// part, or a kind of event) is read again from the page's own address when such an event comes; a
// bare data-refresh takes any.
import { now, time } from "./clock.js";
import { say } from "./words.js";

const STREAM = "/api/v1/events";
const PATIENCE = 6000; // a shorter gap is a reconnection and not worth a word
const topics = [...document.querySelectorAll("[data-live]")]
  .flatMap((element) => element.dataset.live.split(","))
  .map((topic) => topic.trim())
  .filter(Boolean);
const banner = document.querySelector("[data-offline]");
let lost = 0;
let waiting = 0;

function show() {
  if (!banner || !lost) return;
  banner.querySelector("[data-offline-since]").textContent = say("lost", { time: time(lost) });
  banner.hidden = false;
  document.dispatchEvent(new CustomEvent("live:lost", { detail: { since: lost } }));
}

function gone() {
  if (lost) return;
  lost = now();
  waiting = setTimeout(show, PATIENCE);
}

function back() {
  clearTimeout(waiting);
  if (!lost) return;
  lost = 0;
  if (!banner || banner.hidden) return;
  banner.hidden = true;
  refresh().catch(gone);
  document.dispatchEvent(new CustomEvent("live:back", { detail: { said: say("restored") } }));
}

function matches(element, event) {
  const wanted = element.dataset.refresh;
  if (!wanted || !event) return true;
  const known = [event.topic, event.topic?.split("/")[0], event.kind];
  return wanted.split(",").some((one) => known.includes(one.trim()));
}

let asked = 0;

async function refresh(event) {
  const parts = [...document.querySelectorAll("[data-refresh][id]")];
  const due = parts.filter((part) => matches(part, event) && !part.contains(document.activeElement));
  if (!due.length) return;
  const turn = ++asked;
  const answer = await fetch(location.href, { headers: { "X-Background": "1" } });
  if (!answer.ok || turn !== asked) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of due) {
    const newer = page.getElementById(part.id);
    if (newer && newer.innerHTML !== part.innerHTML) part.replaceChildren(...newer.childNodes);
  }
}

function receive(event) {
  const detail = { id: event.lastEventId, ...JSON.parse(event.data) };
  document.dispatchEvent(new CustomEvent("live", { detail }));
  refresh(detail).catch(gone);
}

function open(wait = 1000) {
  const source = new EventSource(`${STREAM}?${new URLSearchParams({ topics: topics.join(",") })}`);
  source.addEventListener("open", back);
  source.addEventListener("message", receive);
  source.addEventListener("error", () => {
    gone();
    // Closed means the browser gave up; it is tried again, less and less often.
    if (source.readyState === EventSource.CLOSED) {
      setTimeout(open, wait, Math.min(wait * 2, 30_000));
    }
  });
}

if (topics.length) open();
else {
  addEventListener("offline", gone);
  addEventListener("online", back);
}
