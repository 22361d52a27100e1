// The kept page of a kiosk: one step at a time, a number of those lent, and the way back to the
// hall as soon as it answers and nobody stands here.
import { meet, take } from "./kiosk-lease.js";
import { time } from "./clock.js";

const IDLE = 60_000;
const SLIP = 25_000;
const ASK_EVERY = 5000;
const page = document.querySelector("[data-alone]");
const find = (name) => page.querySelector(`[data-${name}]`);
let chosen = null;
let leaving = 0;

function show(step) {
  for (const part of page.querySelectorAll("[data-step]")) part.hidden = part.dataset.step !== step;
  document.querySelector("[data-print-alone]").hidden = step !== "slip";
  clearTimeout(leaving);
  if (step !== "start") leaving = setTimeout(show, step === "slip" ? SLIP : IDLE, "start");
  page.dataset.at = step;
  document.getElementById("main").focus();
}

function choose(button) {
  const name = button.querySelector("[data-name]");
  chosen = {
    series: button.dataset.series, service: button.dataset.service,
    name: name.firstChild.textContent.trim(), agency: name.querySelector("[data-agency]").textContent,
  };
  find("chosen").textContent = chosen.name;
  page.querySelector("[name=priority]").checked = true;
  show("take");
}

async function give() {
  if (!chosen) return;
  const { series, service, name, agency } = chosen;
  chosen = null;
  const priority = page.querySelector("[name=priority]:checked").value;
  const ticket = await take(series, { service, priority, language: page.dataset.alone });
  if (!ticket) return show("none");
  find("slip-number").textContent = `${ticket.series}${ticket.number}`;
  find("slip-service").textContent = name;
  find("slip-agency").textContent = agency;
  find("slip-time").textContent = time(ticket.at);
  draw(find("slip-code"), ticket.code);
  show("slip");
}

function draw(svg, rows) {
  svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  const dark = rows.flatMap((row, y) => [...row].map((bit, x) => (bit === "1" ? `M${x} ${y}h1v1h-1z` : "")));
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", dark.join(""));
  svg.replaceChildren(path);
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button");
  if (!button) return;
  if (button.dataset.go) show(button.dataset.go);
  else if (button.dataset.service) choose(button);
  else if ("take" in button.dataset) give();
  else if ("printAlone" in button.dataset) print();
});

async function ask() {
  try {
    if ((await meet()) && page.dataset.at === "start") location.assign("/kiosk");
  } catch {
    // Asked again.
  }
  setTimeout(ask, ASK_EVERY);
}

show("start");
setTimeout(ask, ASK_EVERY);
