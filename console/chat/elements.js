/** How is an element made? From a name, attributes and children; text is only ever text, never markup. */

/** Make an element. Attributes that are null, undefined or false are left out; children are elements or texts. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Set a text only where it differs, so that screen readers are not told twice. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * The whole address, if it is one of the web; otherwise null: a link may come from data, `javascript:` may not. What is
 * only a part of one is taken at `base`, where that is given.
 */
export function webAddress(address, base) {
  if (typeof address !== "string") return null;
  try {
    const url = new URL(address, base);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}
