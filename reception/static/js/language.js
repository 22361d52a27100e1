// Changing the language keeps the place (the link does) and what was typed (this does).
import { changes, forms, restore } from "./fields.js";

const KEY = `typed:${location.pathname}`;

for (const link of document.querySelectorAll("a[data-language]")) {
  link.addEventListener("click", () => {
    const typed = forms().map(([name, form]) => [name, changes(form)]);
    const some = typed.filter(([, values]) => Object.keys(values).length);
    try {
      if (some.length) sessionStorage.setItem(KEY, JSON.stringify(Object.fromEntries(some)));
      sessionStorage.setItem("scroll", String(scrollY));
    } catch {
      // Without storage the language still changes; the fields start empty.
    }
  });
}

function back() {
  const typed = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
  sessionStorage.removeItem(KEY);
  for (const [name, form] of forms()) if (typed[name]) restore(form, typed[name]);
  const scroll = sessionStorage.getItem("scroll");
  sessionStorage.removeItem("scroll");
  if (scroll) scrollTo(0, Number(scroll));
}

try {
  back();
} catch {
  // Nothing readable was kept.
}
