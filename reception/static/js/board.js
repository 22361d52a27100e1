// The newest call moves for eight seconds and stays marked for a minute; the page says which calls
// are that new when it is drawn, and this takes the marks away in time. Calls are spoken one after
// another, each once: the clips of one end before those of the next begin.
const calls = document.getElementById("calls");
const said = document.getElementById("said");
const sound = document.querySelector("[data-sound]");
const MOVING = 8_000;
const MARKED = 60_000;
const STALE = 20_000; // a call that waited longer for its turn to be spoken is only shown
const NOTICE = 12_000;
const ALIVE = 30_000;

let spokenUpTo = Number(calls.dataset.newest);
const waiting = [];
let speaking = false;

function settle() {
  for (const call of calls.querySelectorAll(".call-moving")) {
    setTimeout(() => call.classList.remove("call-moving"), MOVING);
  }
  for (const call of calls.querySelectorAll(".call-new")) {
    setTimeout(() => call.classList.remove("call-new"), MARKED);
  }
  if (!("silent" in calls.dataset)) gather();
}

// Lines stand with the newest first; they are spoken in the order in which they were called.
function gather() {
  const fresh = [...calls.querySelectorAll("[data-event]")]
    .filter((line) => Number(line.dataset.event) > spokenUpTo)
    .sort((one, other) => Number(one.dataset.event) - Number(other.dataset.event));
  for (const line of fresh) {
    spokenUpTo = Number(line.dataset.event);
    if (line.dataset.speech) {
      waiting.push({ clips: line.dataset.speech.split(" "), since: performance.now() });
    }
  }
  speak();
}

async function speak() {
  if (speaking) return;
  speaking = true;
  for (let call = waiting.shift(); call; call = waiting.shift()) {
    if (performance.now() - call.since > STALE) continue;
    document.dispatchEvent(new CustomEvent("spoken", { detail: call.clips.join(" ") }));
    try {
      for (const clip of call.clips) await play(clip);
    } catch (error) {
      // Browsers let a page speak only after a touch, unless the kiosk mode allows it.
      if (error.name === "NotAllowedError") sound.hidden = false;
    }
  }
  speaking = false;
}

function play(clip) {
  return new Promise((done, failed) => {
    const audio = new Audio(`/voice/${clip}`);
    audio.addEventListener("ended", done);
    audio.addEventListener("error", () => failed(new Error(clip)));
    audio.play().catch(failed);
  });
}

sound.querySelector("button").addEventListener("click", () => {
  sound.hidden = true;
  waiting.push({ clips: ["chime"], since: performance.now() });
  speak();
});

// Several notices take turns; one alone stands still.
function turn() {
  const notices = [...said.querySelectorAll(".board-notice")];
  if (notices.length < 2) return;
  const shown = notices.findIndex((notice) => !notice.hidden);
  notices.forEach((notice, n) => {
    notice.hidden = n !== (shown + 1) % notices.length;
  });
}

async function alive() {
  try {
    const answer = await fetch("/device/alive", { headers: { "X-Background": "1" } });
    if (answer.ok && (await answer.json()).locked) location.reload();
  } catch {
    // The banner of live.js says that the connection is lost.
  }
}

new MutationObserver(settle).observe(calls, { childList: true });
settle();
setInterval(turn, NOTICE);
setInterval(alive, ALIVE);
