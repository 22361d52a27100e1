// What somebody typed into a form, as plain pairs, and back again.
const NEVER = ["hidden", "password", "file", "submit", "button"];

function kept(form) {
  return [...form.elements].filter(
    (field) => field.name && !NEVER.includes(field.type) && !field.closest("[data-no-draft]"),
  );
}

function standing(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked;
  return field.value;
}

function original(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.defaultChecked;
  if (field.options) {
    const first = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
    return first?.value ?? "";
  }
  return field.defaultValue;
}

function name(field) {
  const several = field.type === "radio" || field.type === "checkbox";
  return several ? `${field.name}=${field.value}` : field.name;
}

/** The fields that differ from what the server sent. */
export function changes(form) {
  const changed = kept(form).filter((field) => standing(field) !== original(field));
  return Object.fromEntries(changed.map((field) => [name(field), standing(field)]));
}

/** Put values back; says whether anything changed by it. */
export function restore(form, values) {
  let changed = false;
  for (const field of kept(form)) {
    const value = values[name(field)];
    if (value === undefined || value === standing(field)) continue;
    if (typeof value === "boolean") field.checked = value;
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    changed = true;
  }
  return changed;
}

/** The same form on the same page in another language. */
export function forms() {
  return [...document.querySelectorAll("main form")].map((form, place) => [
    `${form.getAttribute("action") ?? ""}#${form.id || place}`,
    form,
  ]);
}
