// A saved page as people read it: tags folded away, entities decoded, every character still tied to its source.

const TOKENS = new RegExp(
  [
    "<!--[\\s\\S]*?(?:-->|$)",
    "<(script|style|template|svg|title)\\b[\\s\\S]*?(?:</\\1\\s*>|$)",
    "</?[a-zA-Z!?](?:\"[^\"]*\"|'[^']*'|[^'\"<>])*>",
    "&(?:#\\d{1,7}|#[xX][\\da-fA-F]{1,6}|[a-zA-Z][a-zA-Z\\d]{1,31});",
  ].join("|"),
  "gi",
);
const BLOCK = /^<\/?(?:p|div|li|ul|ol|h[1-6]|tr|table|section|article|header|footer|nav|main|aside|dl|dt|dd|blockquote|form|pre|body|figure)\b/i;
const PARAGRAPH = /^<(?:p|h[1-6]|ul|ol|table|section|article|dl)\b/i;

/** Whether a text of unknown kind is a page's source. */
export function looksLikeMarkup(text) {
  return /<\/(?:p|div|li|ul|ol|html|body|h[1-6]|table|span|section|article)\s*>/i.test(text);
}

/**
 * The pieces of a text in order: {start, end, shown, kind}, in UTF-16 units of the source.
 * `text` is shown unit by unit, `entity` as a whole, `hidden` not at all unless a value was read from it.
 */
export function toPieces(source, isMarkup) {
  if (!isMarkup) return [{ start: 0, end: source.length, shown: source, kind: "text" }];
  const pieces = [];
  let at = 0;
  for (const token of source.matchAll(TOKENS)) {
    addText(pieces, source, at, token.index);
    at = token.index + token[0].length;
    if (token[0][0] === "&") pieces.push({ start: token.index, end: at, shown: decodeEntity(token[0]), kind: "entity" });
    else pieces.push({ start: token.index, end: at, shown: token[0], kind: "hidden", breaks: breaksOf(token[0]) });
  }
  addText(pieces, source, at, source.length);
  return pieces;
}

function addText(pieces, source, start, end) {
  if (start < end) pieces.push({ start, end, shown: source.slice(start, end).replace(/[\n\r\t]/g, " "), kind: "text" });
}

function breaksOf(tag) {
  if (/^<br\b/i.test(tag)) return 1;
  if (PARAGRAPH.test(tag)) return 2;
  return BLOCK.test(tag) ? 1 : 0;
}

// A parsed document without a window: nothing in it is loaded or run, and one entity is all that it is given.
const decoded = new Map();
function decodeEntity(entity) {
  if (!decoded.has(entity)) decoded.set(entity, new DOMParser().parseFromString(entity, "text/html").body.textContent || entity);
  return decoded.get(entity);
}
