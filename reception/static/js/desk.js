// The desk: how long the visitor has been here, panels by key, and a list that narrows as one types.
import { now } from "./clock.js";

function tick() {
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = Math.max(0, Math.floor((now() - Date.parse(element.dataset.since)) / 1000));
    const minutes = String(Math.floor(seconds / 60)).padStart(2, "0");
    element.textContent = `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
    // Beyond the norm the time says so by colour and by a sign.
    if (element.dataset.norm && seconds > Number(element.dataset.norm) * 60) {
      element.dataset.over = "";
      element.textContent += " !";
    }
  }
}

tick();
setInterval(tick, 1000);

for (const panel of document.querySelectorAll("details.desk-panel")) {
  panel.addEventListener("toggle", () => {
    if (panel.open) panel.querySelector("[data-filter], select, button[name]")?.focus();
  });
}

// L chooses the next language of the visitor; the form beside it goes with it.
for (const row of document.querySelectorAll("[data-cycle]")) {
  const choices = [...row.querySelectorAll("input[type=radio]")];
  const beside = document.querySelector("[data-language-of] [name=language]");
  row.addEventListener("change", (event) => {
    beside.value = event.target.value;
  });
  row.querySelector("[data-cycles]").addEventListener("click", () => {
    const next = choices[(choices.findIndex((one) => one.checked) + 1) % choices.length];
    next.checked = true;
    beside.value = next.value;
  });
}

for (const filter of document.querySelectorAll("[data-filter]")) {
  const list = document.getElementById(filter.dataset.filter);
  const all = [...list.options];
  filter.addEventListener("input", () => {
    const words = filter.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const fits = all.filter((one) => words.every((w) => one.text.toLocaleLowerCase().includes(w)));
    list.replaceChildren(...fits);
    if (fits.length) list.value = fits[0].value;
  });
  filter.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") list.focus();
  });
}
