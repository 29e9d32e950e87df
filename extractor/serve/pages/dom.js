// Elements without markup strings: text enters a page as text and in no other way.

/** An element; `attributes` may hold `class`, `text`, `on` (event handlers), booleans and plain attributes. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "text") made.textContent = value;
    else if (name === "on") Object.entries(value).forEach(([event, handler]) => made.addEventListener(event, handler));
    else made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export const find = (selector, root = document) => root.querySelector(selector);
export const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Scroll a pane, and nothing around it, until the element stands in its upper third; not where it is in view. */
export function reveal(pane, target) {
  const outer = pane.getBoundingClientRect();
  const inner = target.getBoundingClientRect();
  if (inner.top >= outer.top + 8 && inner.bottom <= outer.bottom - 8) return;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  pane.scrollTo({ top: pane.scrollTop + inner.top - outer.top - outer.height / 3, behavior: calm ? "auto" : "smooth" });
}

/** Say something to people who hear the page. */
export function announce(message) {
  const region = find("#live");
  if (region.textContent !== message) region.textContent = message;
}

/** Offer a text as a file. */
export function download(name, text, type = "application/json") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
