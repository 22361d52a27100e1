// The case: its line in the list stays in sight, and Ctrl+Enter sends the form being written.
document.querySelector(".work-list [aria-current]")?.scrollIntoView({ block: "center" });

document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const form = event.target.closest(".step-form");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
