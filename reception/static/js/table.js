// Rows by keyboard: J and K move, X marks, Enter opens. Works for table rows with data-href and for
// any list whose lines carry data-row. [data-marked] says how many boxes with data-mark are ticked.
const rows = () => [...document.querySelectorAll("[data-rows] [data-href], [data-row]")];
const TYPED = "input, textarea, select, dialog, [contenteditable]";
const address = (row) => row.dataset.href ?? row.getAttribute("href");

for (const row of rows()) if (!row.hasAttribute("href")) row.tabIndex = -1;
if (rows()[0] && !rows()[0].hasAttribute("href")) rows()[0].tabIndex = 0;

function move(step) {
  const all = rows();
  const place = all.findIndex((row) => row.contains(document.activeElement));
  const chosen = all.findIndex((row) => row.matches("[aria-current]"));
  const from = place >= 0 ? place : chosen;
  const row = all[Math.min(Math.max(from + step, 0), all.length - 1)];
  for (const other of all) if (other.tabIndex === 0 && !other.hasAttribute("href")) other.tabIndex = -1;
  if (!row.hasAttribute("href")) row.tabIndex = 0;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

const TICK = "input[type=checkbox]";
const boxes = () => [...document.querySelectorAll("[data-mark]")];

function mark() {
  const row = rows().find((one) => one.contains(document.activeElement));
  (row?.closest("tr, li") ?? row)?.querySelector("[data-mark]")?.click();
}

function count() {
  const place = document.querySelector("[data-marked]");
  const ticked = boxes().filter((box) => box.checked).length;
  if (place) place.textContent = ticked || "";
}

if (boxes().length) {
  document.addEventListener("change", count);
  count();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest(TYPED) && !event.target.matches(TICK)) return;
  if (!rows().length) return;
  if (event.code === "KeyX" && boxes().length) {
    event.preventDefault();
    mark();
    return;
  }
  const step = { KeyJ: 1, KeyK: -1 }[event.code];
  if (step) {
    event.preventDefault();
    move(step);
  } else if (event.key === "Enter" && event.target.matches("[data-href]")) {
    location.assign(address(event.target));
  }
});

document.addEventListener("click", (event) => {
  const row = event.target.closest("[data-rows] [data-href]");
  if (!row || event.target.closest("a, button, input, label, summary")) return;
  if (getSelection().toString()) return;
  location.assign(address(row));
});
