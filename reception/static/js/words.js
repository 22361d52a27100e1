// Sentences that modules say, from the page's own language: <template id="words" data-...>.
const words = document.getElementById("words")?.dataset ?? {};

export function say(name, values = {}) {
  const sentence = words[name] ?? "";
  return sentence.replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}
