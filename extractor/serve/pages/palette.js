// Which field do these words belong to? A list to choose from by typing, arrows or pointer.

import { element, find, findAll } from "./dom.js";
import { CHOICES, FIELDS, toWords } from "./fields.js";

/** What words can be marked as: a field, or a field with the value that they state. */
const ENTRIES = FIELDS.flatMap((field) => {
  if (field.kind === "choice" || field.kind === "choices") {
    return field.options.map((value) => ({ field, value, name: `${field.name}: ${toWords(value)}` }));
  }
  if (field.kind === "skills") {
    return CHOICES.skill.flatMap((kind) =>
      CHOICES.requirement.map((requirement) => ({ field, value: { kind, requirement }, name: `Skill: ${kind}, ${requirement}` })),
    );
  }
  if (field.kind === "flag") return [{ field, value: true, name: field.name }];
  return [{ field, value: undefined, name: field.name }];
});

export class Palette {
  /**
   * `onPick` gets the field and the value that the words state, undefined where they are the value; `onClose`
   * whether something else has the focus already.
   */
  constructor(onPick, onClose) {
    Object.assign(this, { onPick, onClose, last: null, at: 0 });
    this.input = element("input", {
      type: "text", role: "combobox", "aria-expanded": "true", "aria-controls": "palette-list", "aria-label": "Mark as",
      placeholder: "Mark as …", autocomplete: "off", spellcheck: "false",
    });
    this.list = element("ul", { id: "palette-list", role: "listbox", "aria-label": "Fields" });
    this.root = document.body.appendChild(element("div", { class: "palette card", hidden: true }, this.input, this.list));
    this.input.addEventListener("input", () => this._show());
    this.input.addEventListener("keydown", (event) => this._key(event));
    this.list.addEventListener("pointerdown", (event) => event.preventDefault()); // the input keeps the focus
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]");
      if (option) this._pick(Number(option.dataset.at));
    });
    this.root.addEventListener("focusout", (event) => {
      if (!this.root.contains(event.relatedTarget)) this.close({ wasLeft: true });
    });
  }

  get isOpen() {
    return !this.root.hidden;
  }

  /** Open beside a box of the viewport; what was picked last stands first. */
  open(box) {
    this.root.hidden = false;
    this.input.value = "";
    this._show();
    const { offsetWidth: width, offsetHeight: height } = this.root;
    const below = box.bottom + 8 + height < innerHeight;
    this.root.style.left = `${Math.max(8, Math.min(box.left, innerWidth - width - 8))}px`;
    this.root.style.top = `${below ? box.bottom + 8 : Math.max(8, box.top - height - 8)}px`;
    this.input.focus({ preventScroll: true });
  }

  close({ wasLeft = false } = {}) {
    if (!this.isOpen) return;
    this.root.hidden = true;
    this.onClose(wasLeft);
  }

  _show() {
    const words = this.input.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = ENTRIES.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
    const ranked = [...found].sort((a, b) => rank(b, words) - rank(a, words));
    this.entries = words.length === 0 && this.last ? [this.last, ...ranked.filter((entry) => entry !== this.last)] : ranked;
    this.list.replaceChildren(
      ...this.entries.map(({ field, name }, at) =>
        element("li", { id: `palette-${at}`, role: "option", class: `g-${field.group}`, "data-at": String(at), text: name }),
      ),
    );
    this._select(0);
  }

  _select(at) {
    this.at = Math.max(0, Math.min(this.entries.length - 1, at));
    findAll("[role=option]", this.list).forEach((option, i) => option.setAttribute("aria-selected", String(i === this.at)));
    find(`#palette-${this.at}`, this.list)?.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", this.entries.length ? `palette-${this.at}` : "");
  }

  _key(event) {
    if (event.key === "ArrowDown") this._select(this.at + 1);
    else if (event.key === "ArrowUp") this._select(this.at - 1);
    else if (event.key === "Enter") this._pick(this.at);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  _pick(at) {
    const entry = this.entries[at];
    if (!entry) return;
    this.last = entry;
    this.root.hidden = true;
    this.onPick(entry.field, entry.value);
  }
}

/** A name that begins with what was typed comes first. */
function rank({ name }, words) {
  if (words.length === 0) return 0;
  return name.toLowerCase().startsWith(words.join(" ")) ? 2 : name.toLowerCase().startsWith(words[0]) ? 1 : 0;
}
