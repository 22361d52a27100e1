// The guide keeps what was opened, prints, and sends the address with the answers in it.
if ("serviceWorker" in navigator && !document.body.dataset.person) {
  navigator.serviceWorker.register("/guide/offline.js", { scope: "/guide" }).catch(() => {});
}

document.querySelector("[data-print]")?.addEventListener("click", () => print());

const share = document.querySelector("[data-share]");
if (share && navigator.share) {
  share.hidden = false;
  share.addEventListener("click", () =>
    navigator.share({ title: document.title, url: location.href }).catch(() => {}),
  );
}
