// The newest call moves for eight seconds and stays marked for a minute; the page says which calls
// are that new when it is drawn, and this takes the marks away in time.
const calls = document.getElementById("calls");
const MOVING = 8_000;
const MARKED = 60_000;

function settle() {
  for (const call of calls.querySelectorAll(".call-moving")) {
    setTimeout(() => call.classList.remove("call-moving"), MOVING);
  }
  for (const call of calls.querySelectorAll(".call-new")) {
    setTimeout(() => call.classList.remove("call-new"), MARKED);
  }
}

new MutationObserver(settle).observe(calls, { childList: true });
settle();
