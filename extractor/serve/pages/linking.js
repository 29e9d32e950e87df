// Text and record in step: point at one, and the other shows where it belongs.

import { element, reveal } from "./dom.js";
import { fieldOf } from "./fields.js";

const SETTLE_MS = 120; // a pointer that only passes over values does not make the text jump

export class Linking {
  /** `recordPane` is the scrolling element around the record. */
  constructor(text, record, recordPane) {
    Object.assign(this, { text, record, recordPane });
    this.hint = document.body.appendChild(element("div", { class: "hint", "aria-hidden": "true", hidden: true }));
    this._listenToRecord(record.root);
    this._listenToText(text.pane);
  }

  _listenToRecord(root) {
    const optionOf = (event) => event.target.closest("[data-pointer]");
    root.addEventListener("pointerover", (event) => {
      if (event.pointerType === "touch") return;
      const option = optionOf(event);
      if (option) this._showWords(option, SETTLE_MS);
    });
    root.addEventListener("pointerleave", () => this._settle());
    root.addEventListener("focusin", (event) => {
      const option = optionOf(event);
      if (!option) return;
      this._showWords(option, 0);
      reveal(this.recordPane, option);
    });
    root.addEventListener("focusout", () => this._settle());
    root.addEventListener("click", (event) => {
      const option = optionOf(event);
      if (option && getSelection().isCollapsed) this.record.focus(option);
    });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.clear();
    });
  }

  _listenToText(pane) {
    pane.addEventListener("pointerover", (event) => {
      const mark = event.target.closest("mark");
      if (mark && event.pointerType !== "touch") this._showFields(mark, SETTLE_MS);
      else this.hint.hidden = true;
    });
    pane.addEventListener("pointerleave", () => this._settle());
    pane.addEventListener("scroll", () => (this.hint.hidden = true), { passive: true });
    pane.addEventListener("focusin", (event) => {
      const mark = event.target.closest("mark");
      if (mark) this._showFields(mark, 0);
    });
    pane.addEventListener("focusout", () => this._settle());
    pane.addEventListener("click", (event) => {
      const mark = event.target.closest("mark");
      if (mark && getSelection().isCollapsed && !pane.isContentEditable) this._goToField(mark);
    });
    pane.addEventListener("keydown", (event) => this._walk(event, pane));
  }

  /** Left and right go from mark to mark, Enter to its field, Escape back to the text; a caret has its own ways. */
  _walk(event, pane) {
    if (event.ctrlKey || event.altKey || event.metaKey || pane.isContentEditable) return;
    const mark = event.target.closest("mark");
    if (event.key === "Enter" && mark) this._goToField(mark);
    else if (event.key === "Escape") {
      pane.focus({ preventScroll: true });
      this.clear();
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const marks = [...pane.querySelectorAll("mark:not(.quiet)")];
      const to = marks[marks.indexOf(mark) + (event.key === "ArrowRight" ? 1 : -1)] ?? marks[0];
      to?.focus({ preventScroll: true });
      if (to) reveal(pane, to);
    } else return;
    event.preventDefault();
  }

  _goToField(mark) {
    const [option] = this.record.elementsOf(mark.pointers);
    if (option) this.record.focus(option);
  }

  _showWords(option, delay) {
    this._lightFields([option]);
    const first = this.text.light(this.record.pointersOf(option));
    this.hint.hidden = true;
    this._later(() => first && this.text.reveal(first), delay);
  }

  _showFields(mark, delay) {
    this.text.light(mark.pointers);
    const options = this.record.elementsOf(mark.pointers);
    this._lightFields(options);
    this._showHint(mark);
    this._later(() => options[0] && reveal(this.recordPane, options[0]), delay);
  }

  _showHint(mark) {
    const names = mark.pointers.map((pointer) => fieldOf(pointer)?.name).filter(Boolean);
    const box = mark.getClientRects()[0];
    this.hint.textContent = [...new Set(names)].join(" · ");
    this.hint.className = `hint ${mark.className.match(/g-\w+/)?.[0] ?? ""}`;
    this.hint.hidden = false;
    const left = Math.max(8, Math.min(box.left, innerWidth - this.hint.offsetWidth - 8));
    const above = box.top - this.hint.offsetHeight - 6;
    this.hint.style.left = `${left}px`;
    this.hint.style.top = `${above > 4 ? above : box.bottom + 6}px`;
  }

  _lightFields(options) {
    for (const option of this.record.options()) {
      const lit = options.includes(option);
      option.classList.toggle("lit", lit);
      if (option.role === "option") option.setAttribute("aria-selected", String(lit));
    }
  }

  _later(act, delay) {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.settling); // the pointer went from one pane straight into the other
    if (delay === 0) act();
    else this.timer = setTimeout(act, delay);
  }

  /** What has the focus stays lit when the pointer leaves; else nothing does. */
  _settle() {
    clearTimeout(this.timer);
    cancelAnimationFrame(this.settling);
    this.settling = requestAnimationFrame(() => {
      this.hint.hidden = true;
      const focused = document.activeElement?.closest("[data-pointer], mark");
      if (focused?.matches("mark")) this._showFields(focused, 0);
      else if (focused && this.record.root.contains(focused)) this._showWords(focused, 0);
      else this.clear();
    });
  }

  clear() {
    this.hint.hidden = true;
    this.text.light([]);
    this._lightFields([]);
  }

  /** After text or record were drawn anew: what is focused is lit again. */
  refresh() {
    this._settle();
  }
}
