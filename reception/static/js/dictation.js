// <div data-dictation="text">: speaking instead of typing, where the browser can hear. What is still
// uncertain stands under the button; what is sure enters the field at the cursor, as if typed.
const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
const TONGUES = { kk: "kk-KZ", ru: "ru-RU", en: "en-US" };
const TROUBLES = {
  "not-allowed": "refused",
  "service-not-allowed": "refused",
  "audio-capture": "deaf",
  network: "distant",
  "language-not-supported": "strange",
};

const opens = (before) => before === "" || /[\s("«]$/.test(before);
const follows = (after) => after === "" || /^[\s.,;:!?)"»]/.test(after);

function write(area, words) {
  const { selectionStart: from, selectionEnd: to, value } = area;
  const lead = opens(value.slice(0, from)) || follows(words) ? "" : " ";
  const tail = follows(value.slice(to)) ? "" : " ";
  area.setRangeText(lead + words + tail, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function prepare(panel) {
  const area = document.getElementById(panel.dataset.dictation);
  const button = panel.querySelector("button");
  const said = panel.querySelector(".dictation-said");
  const heard = panel.querySelector(".dictation-heard");
  const tongue = area.form.elements.language;
  let hearing = null;
  let placed = false;

  function show(state) {
    button.setAttribute("aria-pressed", String(hearing !== null));
    said.textContent = panel.dataset[state] ?? "";
    if (hearing === null) hears("");
  }

  function hears(words) {
    heard.textContent = words;
    heard.hidden = !words;
  }

  function take(event) {
    let unsure = "";
    for (const result of [...event.results].slice(event.resultIndex)) {
      const words = result[0].transcript.trim();
      if (!result.isFinal) unsure += ` ${words}`;
      else if (words) write(area, words);
    }
    hears(unsure.trim());
  }

  function end(state) {
    hearing = null;
    show(state);
  }

  function begin() {
    const one = new Recognition();
    let trouble = "";
    Object.assign(one, { lang: TONGUES[tongue.value], continuous: true, interimResults: true });
    one.onresult = take;
    one.onerror = (event) => (trouble = TROUBLES[event.error] ?? "");
    one.onend = () => hearing === one && end(trouble || "ended");
    if (!placed) area.setSelectionRange(area.value.length, area.value.length);
    placed = true;
    heard.lang = tongue.value;
    hearing = one;
    try {
      one.start();
      show("listening");
    } catch {
      end("distant");
    }
  }

  const stop = () => hearing?.stop();
  button.addEventListener("click", () => (hearing ? stop() : begin()));
  area.addEventListener("focus", () => (placed = true));
  tongue.addEventListener("change", stop);
  area.form.addEventListener("submit", stop);
  document.addEventListener("visibilitychange", () => document.hidden && stop());
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !hearing) return;
    event.preventDefault();
    stop();
  });
  panel.hidden = false;
}

if (Recognition) for (const panel of document.querySelectorAll("[data-dictation]")) prepare(panel);
