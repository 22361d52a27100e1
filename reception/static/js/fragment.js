// <details data-fragment="/address#part">: when it is opened for the first time, that part of that
// page takes the place of what is marked data-fragment-place. Until then, without a network and
// without this module there is a link to the page itself.
async function fill(panel) {
  const [address, part] = panel.dataset.fragment.split("#");
  const place = panel.querySelector("[data-fragment-place]");
  if (!place || panel.ariaBusy === "true") return;
  panel.ariaBusy = "true";
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const found = answer.ok && page.getElementById(part);
    if (found) place.replaceWith(found);
  } catch {
    // The link stays.
  }
  panel.ariaBusy = "false";
}

for (const panel of document.querySelectorAll("details[data-fragment]")) {
  panel.addEventListener("toggle", () => panel.open && fill(panel));
}
