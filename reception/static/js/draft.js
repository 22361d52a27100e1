// <form data-draft="intake">: kept in this browser at each keystroke, for this person and this
// form, and put back when the page is opened again. Fields marked data-no-draft (an IIN, a
// password) are never kept. A draft lives a working day; it goes when the form was accepted.
import { time } from "./clock.js";
import { changes, restore } from "./fields.js";
import { say } from "./words.js";

const HOURS = 12 * 3_600_000;
const person = document.body.dataset.person ?? "guest";
const key = (form) => `draft:${person}:${form.dataset.draft}`;

function read(name) {
  try {
    const draft = JSON.parse(localStorage.getItem(name));
    return draft && Date.now() - draft.at < HOURS ? draft : null;
  } catch {
    return null;
  }
}

function write(name, draft) {
  try {
    if (draft) localStorage.setItem(name, JSON.stringify(draft));
    else localStorage.removeItem(name);
  } catch {
    // Storage is full or closed; the form itself still works.
  }
}

function keep(form) {
  const values = changes(form);
  write(key(form), Object.keys(values).length ? { at: Date.now(), values } : null);
}

function offer(form, draft) {
  const line = document.createElement("p");
  line.className = "draft-note";
  line.setAttribute("role", "status");
  line.append(say("draft", { time: time(draft.at) }), " ");
  const afresh = document.createElement("button");
  afresh.type = "button";
  afresh.className = "link";
  afresh.textContent = say("discard");
  afresh.addEventListener("click", () => {
    write(key(form), null);
    form.reset();
    line.remove();
  });
  line.append(afresh);
  form.prepend(line);
}

// A sent draft goes when the next page is neither the form again nor a page that says what failed.
function settle() {
  const failed = document.querySelector("[data-problem], .errors") !== null;
  for (const name of Object.keys(localStorage).filter((name) => name.startsWith("draft:"))) {
    const draft = read(name);
    if (!draft || (draft.sent && !failed)) write(name, null);
    else if (draft.sent) write(name, { ...draft, sent: false });
  }
}

try {
  settle();
} catch {
  // No storage on this device.
}

for (const form of document.querySelectorAll("form[data-draft]")) {
  const draft = read(key(form));
  if (draft && restore(form, draft.values)) offer(form, draft);
  form.addEventListener("input", () => keep(form));
  form.addEventListener("change", () => keep(form));
  form.addEventListener("submit", () => {
    const now = read(key(form));
    if (now) write(key(form), { ...now, sent: true });
  });
}
