// The kiosk begins again by itself: after a ticket was shown, and when nobody touches it.
const IDLE = 60_000;
const slip = document.querySelector("[data-leave-after]");
const start = slip?.dataset.start ?? "/kiosk";
let timer = 0;

function leave() {
  location.assign(start);
}

function wait() {
  clearTimeout(timer);
  timer = setTimeout(leave, slip ? Number(slip.dataset.leaveAfter) * 1000 : IDLE);
}

if (slip || location.pathname !== "/kiosk" || location.search) {
  for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, wait);
  wait();
}

// An enrolled kiosk keeps what it needs for the time without the hall.
if (document.querySelector("[data-enrolled]")) import("./kiosk-ready.js");
navigator.serviceWorker?.controller?.postMessage({ speaks: document.documentElement.lang });

// How the paper is doing. Whoever stands here is told within a quarter of a minute, also when
// nobody answers: the number on the glass is valid without paper.
const paper = document.querySelector("[data-slip]");
const PAPER_PATIENCE = 15;

async function watch(times) {
  if (paper.dataset.state !== "reserved") return;
  if (!times) {
    paper.dataset.state = "failed";
    return;
  }
  try {
    const answer = await fetch(paper.dataset.slip);
    const { state } = await answer.json();
    if (state) paper.dataset.state = state;
  } catch {
    // Asked again a second later.
  }
  setTimeout(watch, 1000, times - 1);
}

if (paper) watch(PAPER_PATIENCE);

document.querySelector("[data-print]")?.addEventListener("click", () => print());
