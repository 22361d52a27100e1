// A form is sent once: a second press does nothing, and a key lets the server know a repetition;
// where the page gave the form a key of its own (`key`, `idempotency_key`), that one stays.
// `data-plain` on a form leaves it alone (signing out, a dialogue).

function fresh() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function carry(form) {
  if (form.elements.idempotency_key ?? form.elements.key) return;
  const field = document.createElement("input");
  field.type = "hidden";
  field.name = "idempotency_key";
  field.value = fresh();
  form.append(field);
}

function still(form, sending) {
  for (const button of form.querySelectorAll("button:not([type=button])")) {
    if (sending) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || "plain" in form.dataset || event.defaultPrevented) return;
  if ("sending" in form.dataset) {
    event.preventDefault();
    return;
  }
  carry(form);
  form.dataset.sending = "";
  // After this event, so that the pressed button's own name and value still travel.
  setTimeout(() => still(form, true));
});

// Coming back with the back button, or a page that never arrived: the form may be sent again.
function release() {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    still(form, false);
  }
}
addEventListener("pageshow", (event) => event.persisted && release());
addEventListener("offline", release);
