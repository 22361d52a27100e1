// An enrolled kiosk makes ready for the time without the hall: the page for it and some numbers are
// kept, and what was given out meanwhile is told.
import { meet } from "./kiosk-lease.js";

const AGAIN_MS = 60_000;

async function ready() {
  try {
    const keeper = await navigator.serviceWorker.ready;
    if (await meet()) keep(keeper.active);
  } catch {
    // The hall does not answer; the next time will do.
  }
  setTimeout(ready, AGAIN_MS);
}

// The mark on the page says that from now on the kiosk can stand alone.
function keep(worker) {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => (document.documentElement.dataset.readyAlone = "");
  worker.postMessage({ keeps: true, speaks: document.documentElement.lang }, [port2]);
}

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/kiosk/offline/keeper.js", { scope: "/kiosk" }).catch(() => {});
  ready();
}
