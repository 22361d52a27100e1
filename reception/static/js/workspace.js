// The case: its line in the list stays in sight, and Ctrl+Enter sends the form being written.
const list = document.querySelector(".work-list");
const current = list?.querySelector("[aria-current]");
if (current) list.scrollTop = current.offsetTop - list.clientHeight / 3;

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest(".step-form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
