// The posting's text with the words of each value marked in it.

import { element, findAll, reveal } from "./dom.js";
import { fieldOf } from "./fields.js";
import { looksLikeMarkup, toPieces } from "./markup.js";
import { Offsets } from "./offsets.js";

export class TextView {
  /** `pane` is the scrolling element that shows the text. */
  constructor(pane) {
    this.pane = pane;
    this.clear();
  }

  clear() {
    this.source = "";
    this.isMarkup = false;
    this.showsSource = false;
    this.pane.replaceChildren();
  }

  /** Show a text; `kind` is text, html, pdf, or undefined where it is not known. */
  load(source, kind) {
    this.source = source;
    this.isMarkup = kind === undefined ? looksLikeMarkup(source) : kind === "html";
    this.offsets = new Offsets(source);
    this.spans = [];
    this._lay();
    this.pane.scrollTop = 0;
  }

  /** Between the page as read and its source. */
  showSource(shows) {
    this.showsSource = shows;
    this._lay();
    this._draw();
  }

  _lay() {
    this.pieces = toPieces(this.source, this.isMarkup && !this.showsSource);
    this.pane.classList.toggle("is-page", this.isMarkup && !this.showsSource);
    this.pane.classList.toggle("is-source", this.isMarkup && this.showsSource);
    if (this.spans.length === 0) this._draw();
  }

  /** Mark evidence: pointer → [{start, end}] in code points. */
  mark(evidence) {
    this.spans = [];
    for (const [pointer, places] of Object.entries(evidence)) {
      for (const place of places) {
        const start = this.offsets.toUnit(place.start);
        const end = this.offsets.toUnit(place.end);
        if (start < end) this.spans.push({ start, end, pointer });
      }
    }
    this.spans.sort((a, b) => a.start - b.start || b.end - a.end);
    this._draw();
  }

  /** Light the marks of these pointers and dim the others; [] lights none. Returns the first lit mark. */
  light(pointers) {
    const wanted = new Set(pointers);
    let first = null;
    for (const mark of findAll("mark", this.pane)) {
      const lit = mark.pointers.some((pointer) => wanted.has(pointer));
      mark.classList.toggle("lit", lit);
      first ??= lit ? mark : null;
    }
    this.pane.classList.toggle("has-lit", first !== null);
    return first;
  }

  reveal(mark) {
    reveal(this.pane, mark);
  }

  /** The text as people read it. */
  get shown() {
    return this.lines(0, this.source.length).map(({ shown }) => shown).join("\n");
  }

  /** The lines of a range of the source, each {start, end, shown}; a tag that breaks a line breaks it here too. */
  lines(start, end) {
    const lines = [];
    let line = null;
    const close = () => {
      if (line !== null && line.shown.trim() !== "") lines.push(line);
      line = null;
    };
    const add = (from, to, shown) => {
      line ??= { start: from, end: to, shown: "" };
      line.end = to;
      line.shown += shown;
    };
    for (const piece of this.pieces) {
      const from = Math.max(start, piece.start);
      const to = Math.min(end, piece.end);
      if (from >= to) continue;
      if (piece.kind === "entity") add(piece.start, piece.end, piece.shown);
      else if (piece.kind === "hidden") piece.breaks > 0 && close();
      else {
        let at = from;
        for (const part of piece.shown.slice(from - piece.start, to - piece.start).split("\n")) {
          if (at > from) close();
          if (part) add(at, at + part.length, part);
          at += part.length + 1;
        }
      }
    }
    close();
    return lines;
  }

  /** The selected range of the source, in UTF-16 units; null where nothing of this text is selected. */
  selection() {
    const selected = getSelection();
    if (selected.isCollapsed || selected.rangeCount === 0) return null;
    const range = selected.getRangeAt(0);
    if (!this.pane.contains(range.commonAncestorContainer)) return null;
    const start = this._unitAt(range.startContainer, range.startOffset);
    const end = this._unitAt(range.endContainer, range.endOffset);
    return start < end ? { start, end } : null;
  }

  /** Put the caret before a unit of the source, which cancels what is selected. */
  placeCaret(unit) {
    const walker = document.createTreeWalker(this.pane, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.start === undefined || node.end < unit) continue;
      return getSelection().collapse(node, node.isWhole ? node.length : Math.max(0, unit - node.start));
    }
  }

  /** Where in the source a place in the page lies; between pieces, where the next one begins. */
  _unitAt(node, offset) {
    if (node.start !== undefined) return node.isWhole ? (offset > 0 ? node.end : node.start) : node.start + offset;
    const after = node.nodeType === Node.TEXT_NODE ? node : node.childNodes[offset];
    const walker = document.createTreeWalker(this.pane, NodeFilter.SHOW_TEXT);
    for (let text = walker.nextNode(); text; text = walker.nextNode()) {
      const isBefore = after === undefined
        ? !(node.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING) || node.contains(text)
        : after !== text && !after.contains(text) && after.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_PRECEDING;
      if (!isBefore && text.start !== undefined) return text.start;
    }
    return this.source.length;
  }

  /** Sweep the pieces and cut them where evidence begins or ends. */
  _draw() {
    const edges = [...new Set(this.spans.flatMap(({ start, end }) => [start, end]))].sort((a, b) => a - b);
    const made = document.createDocumentFragment();
    const state = { edge: 0, next: 0, active: [], breaks: 2 };
    for (const piece of this.pieces) this._drawPiece(piece, edges, state, made);
    this.pane.replaceChildren(made);
  }

  _drawPiece(piece, edges, state, made) {
    let at = piece.start;
    while (at < piece.end) {
      while (state.edge < edges.length && edges[state.edge] <= at) state.edge += 1;
      const cut = piece.kind === "text" ? Math.min(piece.end, edges[state.edge] ?? piece.end) : piece.end;
      while (state.next < this.spans.length && this.spans[state.next].start < cut) {
        state.active.push(this.spans[state.next]);
        state.next += 1;
      }
      state.active = state.active.filter((span) => span.end > at);
      this._drawRun(piece, at, cut, state, made);
      at = cut;
    }
  }

  _drawRun(piece, start, end, state, made) {
    let around = state.active;
    if (piece.kind === "hidden") {
      if (piece.breaks > state.breaks) made.append("\n".repeat(piece.breaks - state.breaks));
      state.breaks = Math.max(state.breaks, piece.breaks);
      around = around.filter((span) => span.start >= piece.start && span.end <= piece.end);
      if (around.length === 0) return; // markup that no value was read from
    }
    const shown = piece.kind === "text" ? piece.shown.slice(start - piece.start, end - piece.start) : piece.shown;
    if (shown.trim() !== "") state.breaks = 0;
    else if (piece.kind === "text" && state.breaks > 0 && this.pane.classList.contains("is-page")) return;
    const node = document.createTextNode(shown);
    Object.assign(node, { start, end }); // of the source; a selection is told by them
    node.isWhole = piece.kind !== "text";
    if (around.length === 0) return void made.append(node);
    const mark = toMark(node, around, piece.kind);
    const before = made.lastChild;
    if (before?.nodeName === "MARK") {
      before.classList.add("goes-on");
      mark.classList.add("follows");
    }
    made.append(mark);
  }
}

/** Of several values read from the same words, the one with the fewest words gives the colour. */
function toMark(node, around, kind) {
  const byLength = [...around].sort((a, b) => a.end - a.start - (b.end - b.start));
  const pointers = [...new Set(byLength.map(({ pointer }) => pointer))];
  const loud = pointers.find((pointer) => !fieldOf(pointer)?.quiet);
  const group = fieldOf(loud ?? pointers[0])?.group ?? "job";
  const mark = element("mark", { class: `g-${group}`, tabindex: "-1" }, node);
  mark.classList.toggle("quiet", loud === undefined);
  mark.classList.toggle("code", kind === "hidden");
  mark.pointers = pointers;
  mark.dataset.pointers = pointers.join(" ");
  return mark;
}
