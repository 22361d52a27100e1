// Single keys: <button data-key="n">. They name the place on the keyboard, so that N works in the
// Kazakh and the Russian layout too, and they are silent while somebody types.
const dialog = document.getElementById("keys");
const TYPED = "input, textarea, select, [contenteditable]";
const SILENT = ["radio", "checkbox", "button", "submit"];

function typing(target) {
  const field = target.closest?.(TYPED);
  return field !== null && field !== undefined && !SILENT.includes(field.type);
}

function pressed(event) {
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return "?";
  if (event.shiftKey) return null;
  if (event.key === "/" || event.code === "Slash") return "/";
  if (/^Key[A-Z]$/.test(event.code)) return event.code[3].toLowerCase();
  if (/^(Digit|Numpad)\d$/.test(event.code)) return event.code.at(-1);
  return null;
}

// What stands in a closed panel has a place on the page, but nobody sees it.
function reachable(element) {
  const seen = element.checkVisibility?.() ?? !element.closest("details:not([open]) > :not(summary)");
  return !element.disabled && seen && element.getClientRects().length > 0;
}

function holder(key) {
  const all = document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  return [...all].find(reachable);
}

// A key opens a panel and never closes the one being looked at: there it leads to the first choice.
function choiceOf(summary) {
  const panel = summary.matches("summary") && summary.closest("details[open]");
  return panel && panel.querySelector("select, textarea, input:not([type=hidden]), button");
}

function act(element) {
  const choice = choiceOf(element);
  if (choice) choice.focus();
  else if (element.matches("textarea, select, input:not([type=radio], [type=checkbox])")) {
    element.focus();
    element.select?.();
  } else {
    if (!element.matches("[data-help]")) element.focus({ preventScroll: true });
    element.click();
  }
}

function label(element) {
  const named = element.dataset.keyLabel ?? element.getAttribute("aria-label");
  if (named) return named;
  if (element.labels?.length) return element.labels[0].innerText.split("\n")[0].trim();
  const copy = element.cloneNode(true);
  for (const part of copy.querySelectorAll("kbd")) part.remove();
  return copy.textContent.trim();
}

function line(key, text) {
  const term = document.createElement("dt");
  const mark = document.createElement("kbd");
  mark.textContent = key.toUpperCase();
  term.append(mark);
  const meaning = document.createElement("dd");
  meaning.textContent = text;
  return [term, meaning];
}

function help() {
  const list = dialog.querySelector("[data-keys-list]");
  const seen = new Set();
  list.replaceChildren();
  for (const element of document.querySelectorAll("[data-key]")) {
    if (seen.has(element.dataset.key) || !reachable(element)) continue;
    seen.add(element.dataset.key);
    list.append(...line(element.dataset.key, label(element)));
  }
  for (const extra of document.querySelectorAll("[data-keys-also]")) {
    list.append(...line(extra.dataset.keysAlso, extra.dataset.keyLabel));
  }
  dialog.showModal();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing) return;
  if (typing(event.target) || dialog?.open) return;
  const key = pressed(event);
  const element = key && holder(key);
  if (!element) return;
  event.preventDefault();
  act(element);
});

document.addEventListener("click", (event) => {
  if (dialog && event.target.closest("[data-help]")) help();
});
