// <details data-fragment="/address#part">: when it is opened for the first time, that part of that
// page takes the place of what is marked data-fragment-place. Until then, without a network and
// without this module there is a link to the page itself. Anything else that says data-fragment is
// filled as soon as the page stands; its places may each name a part of their own.
async function fill(panel) {
  const [address, part] = panel.dataset.fragment.split("#");
  const places = panel.querySelectorAll("[data-fragment-place]");
  if (!places.length || panel.ariaBusy === "true") return;
  panel.ariaBusy = "true";
  try {
    const answer = await fetch(address);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const place of answer.ok ? places : []) {
      const found = page.getElementById(place.dataset.fragmentPlace || part);
      if (found) place.replaceWith(found);
    }
  } catch {
    // What stood there stays.
  }
  panel.ariaBusy = "false";
}

for (const panel of document.querySelectorAll("[data-fragment]")) {
  if (panel.matches("details")) panel.addEventListener("toggle", () => panel.open && fill(panel));
  else fill(panel);
}
