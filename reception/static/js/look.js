// Before the first paint: the colours and text size chosen on this device. A plain script, so that
// nothing is drawn in the wrong colours first.
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  if ("lookFixed" in root.dataset) return;
  for (const name of ["theme", "text"]) {
    let chosen = null;
    try {
      chosen = localStorage.getItem(`look-${name}`);
    } catch {
      // Storage is closed on this device: the page looks as the device prefers.
    }
    if (chosen) root.dataset[name] = chosen;
  }
})();
