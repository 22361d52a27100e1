// A toast stays until somebody closes it; Escape closes the newest.
function close(toast) {
  const next = document.querySelector("main");
  const held = toast.contains(document.activeElement);
  toast.remove();
  if (held) next?.focus();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-toast] [data-close]");
  if (button) close(button.closest("[data-toast]"));
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  const newest = [...document.querySelectorAll("[data-toast]")].at(-1);
  if (newest) close(newest);
});
