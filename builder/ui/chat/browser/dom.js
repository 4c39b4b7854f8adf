// Elements are built here and nowhere else, always from text: words of people and models never become HTML.

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element[name] = value;
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

export function button(text, className, onclick) {
  return make("button", { type: "button", class: className, onclick }, text);
}

// "Changed: {fields}" with { fields: "name" } is "Changed: name".
export function fill(sentence, gaps) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in gaps ? String(gaps[name]) : whole));
}
