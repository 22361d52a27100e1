// <form data-keep="/address">: an answer is kept for the whole agency at each pause of typing. What
// came of it is shown in [data-keep-state]; where a colleague was faster, nothing is kept until the
// writer has chosen. A template put in joins what stands there.
const PAUSE_MS = 900;

function version(form) {
  return form.querySelector("input[name$=-version]");
}

// The draft in this browser belongs to the version it was made from.
function stamp(form, number) {
  version(form).value = number;
  form.dataset.draft = form.dataset.draft.replace(/-\d+$/, `-${number}`);
}

async function keep(form) {
  if (form.keeping || "taken" in form.dataset || "sending" in form.dataset) {
    form.again = form.keeping;
    return;
  }
  form.keeping = true;
  form.again = false;
  const state = form.querySelector("[data-keep-state]");
  try {
    const answer = await fetch(form.dataset.keep, {
      method: "POST", body: new FormData(form), headers: { "X-Background": "1" },
    });
    if ("sending" in form.dataset) return;
    if (answer.ok || answer.status === 409 || answer.status === 422) state.innerHTML = await answer.text();
    const kept = state.querySelector("[data-version]");
    if (answer.ok && kept) stamp(form, kept.dataset.version);
    if (state.querySelector("[data-theirs]")) form.dataset.taken = "";
  } catch {
    // Without a network the draft stays in this browser; the next pause tries again.
  } finally {
    form.keeping = false;
  }
  if (form.again) keep(form);
}

function choose(form, button) {
  const mine = button.hasAttribute("data-keep-mine");
  const text = form.querySelector("textarea");
  if (!mine) text.value = form.querySelector("[data-theirs]").textContent;
  delete form.dataset.taken;
  stamp(form, mine ? button.dataset.keepMine : button.dataset.takeTheirs);
  text.focus();
  keep(form);
}

for (const form of document.querySelectorAll("form[data-keep]")) {
  let waiting = 0;
  const soon = () => {
    clearTimeout(waiting);
    waiting = setTimeout(keep, PAUSE_MS, form);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => clearTimeout(waiting));
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-keep-mine], [data-take-theirs]");
    if (button) choose(form, button);
  });
}

document.addEventListener("submit", (event) => {
  const words = event.target.matches("[data-use-reply]") && event.target.querySelector("[data-reply-text]");
  const form = event.target.closest(".steps")?.querySelector("form[data-keep]");
  if (!words || !form) return;
  event.preventDefault();
  const text = form.querySelector("textarea");
  text.value = [text.value.trimEnd(), words.textContent].filter(Boolean).join("\n\n");
  text.dispatchEvent(new Event("input", { bubbles: true }));
  text.focus();
}, true);
