// What every screen has. Each module finds its own marks in the page and does nothing without them.
import "./menu.js";
import "./clock.js";
import "./keys.js";
import "./language.js";
import "./submit.js";
import "./draft.js";
import "./table.js";
import "./fragment.js";
import "./live.js";
import "./toast.js";

// A form that came back: the summary of errors is read first.
document.querySelector("[data-focus]")?.focus();
