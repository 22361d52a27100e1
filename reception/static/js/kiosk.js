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

document.querySelector("[data-print]")?.addEventListener("click", () => print());
