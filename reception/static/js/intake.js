// Taking an appeal in without the mouse: suggestions while typing, the card behind a number, claims
// that unfold one by one, Ctrl+Enter. Everything here is help; the form works without it.
const form = document.getElementById("intake");
const QUIET_MS = 400;
const TOLD = ["text", "language", "district", "address"];

async function ask(address, values) {
  const body = new FormData();
  body.set("csrf_token", form.elements.csrf_token.value);
  for (const [name, value] of Object.entries(values)) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body });
  return answer.ok ? answer.text() : null;
}

function fill(place, html) {
  if (html !== null) place.innerHTML = html;
}

// Suggestions: only the newest question's answer is shown.
let waiting = 0;
let turn = 0;
async function suggest() {
  const mine = ++turn;
  const values = TOLD.map((name) => [name, form.elements[name].value]);
  try {
    const html = await ask(form.dataset.suggestions, Object.fromEntries(values));
    if (mine === turn) fill(document.getElementById("suggestions"), html);
  } catch {
    // Offline: the letter is registered without a suggestion.
  }
}

// The card: asked once the number is complete or left.
let asked = "";
async function look() {
  const iin = form.elements.iin.value;
  if (iin === asked) return;
  asked = iin;
  try {
    const html = await ask(form.dataset.personCard, { iin });
    const card = document.getElementById("person-card");
    if (iin !== form.elements.iin.value) return;
    fill(card, html);
    if (card.querySelector("[data-organisation]")) form.elements.is_organisation.checked = true;
  } catch {
    asked = "";
  }
}

function take(card) {
  for (const name of ["name", "phone", "email", "home"]) {
    const field = form.elements[name];
    if (!card.dataset[name]) continue;
    field.value = card.dataset[name];
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.elements.name.focus();
}

const spare = () => [...form.querySelectorAll("[data-spare]")];

function addClaim(entry = spare()[0]) {
  if (!entry) return;
  entry.removeAttribute("data-spare");
  form.querySelector("[data-add-claim]").hidden = !spare().length;
  return entry;
}

// The matters proposed beside the form become claims; claims that were typed are left alone.
function split(panel) {
  const empty = [...form.querySelectorAll("textarea[name^=claim-]")].filter((area) => !area.value);
  for (const part of panel.querySelectorAll("[data-claim-text]")) {
    const area = empty.shift();
    if (!area) break;
    area.value = part.textContent.trim();
    addClaim(area.closest(".claim-entry"));
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  form.elements["claim-1"].focus();
}

function pick(kind) {
  const radio = form.querySelector(`input[name=kind][value="${kind}"]`);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
  radio.focus();
}

// The map of the districts says what the list says, for whoever knows the place better than its name.
function mapped(map, list) {
  const show = () => {
    for (const area of map.querySelectorAll("[data-district]")) {
      area.toggleAttribute("data-chosen", area.dataset.district === list.value);
    }
  };
  map.addEventListener("click", (event) => {
    const area = event.target.closest("[data-district]");
    if (!area) return;
    list.value = area.dataset.district;
    for (const kind of ["input", "change"]) list.dispatchEvent(new Event(kind, { bubbles: true }));
  });
  list.addEventListener("input", show);
  show();
}

function begin() {
  mapped(form.querySelector("[data-district-map]"), form.elements.district);
  for (const entry of spare()) if (entry.querySelector("textarea").value) addClaim(entry);
  for (const fold of form.querySelectorAll("details")) {
    // What a draft put back is not left unseen.
    if ([...fold.querySelectorAll("input, select")].some((entry) => entry.value)) fold.open = true;
  }
  form.addEventListener("input", (event) => {
    if (event.target.name === "iin" && event.target.value.replace(/\D/g, "").length === 12) look();
    if (!TOLD.includes(event.target.name)) return;
    clearTimeout(waiting);
    waiting = setTimeout(suggest, QUIET_MS);
  });
  form.elements.iin.addEventListener("blur", look);
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("addClaim" in button.dataset) addClaim()?.querySelector("textarea").focus();
    else if ("pickKind" in button.dataset) pick(button.dataset.pickKind);
    else if ("useCard" in button.dataset) take(button);
  });
  document.getElementById("suggestions").addEventListener("click", (event) => {
    if (event.target.closest("[data-use-claims]")) split(event.currentTarget);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    form.requestSubmit();
  });
  if (form.elements.text.value) suggest();
  if (form.elements.iin.value && !form.elements.iin.matches("[aria-invalid]")) look();
  if (!document.querySelector("[data-focus]")) form.elements.iin.focus({ preventScroll: true });
}

if (form) begin();

for (const button of document.querySelectorAll("[data-print]")) {
  button.addEventListener("click", () => print());
}
