// The View menu: colours and text size of this device, without a reload.
const root = document.documentElement;

function mark() {
  for (const name of ["theme", "text"]) {
    const attribute = `set${name[0].toUpperCase()}${name.slice(1)}`;
    for (const button of document.querySelectorAll(`[data-set-${name}]`)) {
      const on = button.dataset[attribute] === (root.dataset[name] ?? "");
      button.setAttribute("aria-pressed", String(on));
    }
  }
}

function choose(name, value) {
  if (value) root.dataset[name] = value;
  else delete root.dataset[name];
  try {
    localStorage.setItem(`look-${name}`, value);
  } catch {
    // Kept for this page only.
  }
  mark();
}

for (const menu of document.querySelectorAll("details[data-look]")) {
  menu.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const name = "setTheme" in button.dataset ? "theme" : "text";
    choose(name, button.dataset.setTheme ?? button.dataset.setText);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}
mark();
