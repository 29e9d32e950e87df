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
    node.start = start; // of the source; a selection is told by it
    node.isWhole = piece.kind !== "text";
    made.append(around.length === 0 ? node : toMark(node, around, piece.kind));
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
