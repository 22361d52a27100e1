// The phone rings and vibrates once when the turn is as near as the visitor chose, and once when
// the ticket is called. Browsers sound only after a touch of the page; the words stand there anyhow.
const place = document.getElementById("place");
let rung = "";

function reason() {
  const turn = place?.querySelector("[data-turn]");
  if (!turn) return "";
  if (turn.dataset.state === "called") return "called";
  const near = turn.dataset.warnAt && Number(turn.dataset.ahead) <= Number(turn.dataset.warnAt);
  return turn.dataset.state === "waiting" && near ? "near" : "";
}

function look() {
  const why = reason();
  if (why && why !== rung) {
    navigator.vibrate?.([300, 150, 300]);
    new Audio("/voice/chime").play().catch(() => {});
  }
  rung = why;
}

rung = reason();
if (place) new MutationObserver(look).observe(place, { childList: true });
