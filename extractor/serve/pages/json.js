// JSON as coloured text; every piece enters the page as text.

import { element } from "./dom.js";

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Fill `target` with the value, indented, its keys, strings and other values told apart. */
export function showJson(target, value) {
  const text = JSON.stringify(value, null, 2);
  const made = document.createDocumentFragment();
  let at = 0;
  for (const token of text.matchAll(TOKEN)) {
    const [whole, string, colon] = token;
    const name = string === undefined ? "literal" : colon === undefined ? "string" : "key";
    const shown = string ?? whole;
    made.append(text.slice(at, token.index), element("span", { class: `json-${name}`, text: shown }));
    at = token.index + shown.length;
  }
  made.append(text.slice(at));
  target.replaceChildren(made);
}
