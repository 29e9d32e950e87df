// The form of labels: an editor a value, tied to its words in the text like the record is.

import { element, find, findAll } from "./dom.js";
import { CHOICES, FIELDS, GROUPS, LISTS, toWords } from "./fields.js";
import { PART_OF, PARTS, emptyPart } from "./labels.js";
import { isWithin } from "./pointer.js";

// How the parts of objects are edited: name, kind, options.
const PART_EDITORS = {
  place: { text: ["As written", "text"], city: ["City", "text"], region: ["Region", "text"], country: ["Country", "code", 2] },
  pay: {
    text: ["As written", "text"], min: ["From", "number"], max: ["To", "number"], currency: ["Currency", "code", 3],
    period: ["Per", "choice", CHOICES.period], kind: ["Kind", "choice", CHOICES.pay], locations: ["For places", "listed"],
  },
  term: { text: ["As written", "text"], start: ["Start", "date"], end: ["End", "date"] },
  skill: { name: ["Name", "text"], kind: ["Kind", "choice", CHOICES.skill], requirement: ["Asked as", "choice", CHOICES.requirement] },
  sponsored: { year: ["Year", "number"], count: ["Visas", "number"] },
};
const INPUT_TYPES = { number: "number", whole: "number", year: "number", share: "number", date: "date" };

export class FormView {
  /** `root` holds the form; `onChange` is called after every edit with the field, null for all. */
  constructor(root, onChange) {
    Object.assign(this, { root, onChange, problems: [] });
    root.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) event.preventDefault();
    });
  }

  /** Show labels anew, all of them. */
  show(labels) {
    this.labels = labels;
    this.root.replaceChildren(
      ...GROUPS.map(({ id, name }) =>
        element(
          "section",
          { class: `group g-${id}`, "aria-labelledby": `form-${id}` },
          element("h3", { id: `form-${id}`, text: name }),
          ...this._makeFields(FIELDS.filter((field) => field.group === id && field.always)),
          this._makeMore(FIELDS.filter((field) => field.group === id && !field.always)),
        ),
      ),
    );
    this.showProblems(this.problems);
  }

  _makeFields(fields) {
    return fields.map((field) => this._makeField(field));
  }

  /** What is labelled only where the page states it. */
  _makeMore(fields) {
    if (fields.length === 0) return null;
    const isUsed = fields.some((field) => this.labels.isDecided(field));
    const summary = element("summary", { text: `Where stated: ${fields.map(({ name }) => name.toLowerCase()).join(", ")}` });
    return element("details", { class: "more", open: isUsed }, summary, ...this._makeFields(fields));
  }

  /** Show one field anew, and put the cursor into its value at `at`. */
  refresh(field, at = null) {
    const old = this._fieldElement(field.path);
    const made = this._makeField(field);
    old.replaceWith(made);
    const more = made.closest("details");
    if (more && this.labels.isDecided(field)) more.open = true;
    this.showProblems(this.problems);
    if (at === null) return;
    const item = find(`[data-pointer="${this._pointer(field, at)}"]`, made);
    const inputs = item ? findAll("input, select, textarea", item) : [];
    (inputs.find((input) => input.value === "") ?? inputs[0])?.focus({ preventScroll: true });
  }

  showProblems(problems) {
    this.problems = problems;
    for (const line of findAll(".item-problem", this.root)) line.hidden = true;
    for (const { path, at, message } of problems) {
      const field = FIELDS.find((each) => each.path === path);
      const line = find(`[data-problem="${this._pointer(field, at)}"]`, this.root);
      if (!line) continue;
      line.textContent = line.hidden ? message : `${line.textContent}; ${message}`;
      line.hidden = false;
    }
  }

  /* What links text and form, as of the record. */

  options() {
    return findAll("[data-pointer]", this.root);
  }

  elementsOf(pointers) {
    return this.options().filter(({ dataset }) => pointers.some((pointer) => isWithin(pointer, dataset.pointer)));
  }

  pointersOf(target) {
    return [target.dataset.pointer];
  }

  focus(target) {
    if (!target.contains(document.activeElement)) find("input, select, textarea, button", target)?.focus({ preventScroll: true });
  }

  /* Making. */

  _fieldElement(path) {
    return find(`[data-field="${path}"]`, this.root);
  }

  _pointer({ path, kind }, at) {
    return LISTS.has(kind) && kind !== "choices" ? `${path}/${at}` : path;
  }

  _makeField(field) {
    const entry = this.labels.entry(field.path);
    const state = entry.items.length ? "stated" : entry.isSilent ? "silent" : "open";
    const made = element(
      "div",
      { class: `field is-${state}${field.always ? " is-always" : ""}`, "data-field": field.path, role: "group", "aria-label": field.name },
      element("div", { class: "label", text: field.name, title: field.path }),
      element("div", { class: "body" }, ...this._makeItems(field, entry), this._makeFoot(field, entry, state)),
    );
    return made;
  }

  _makeItems(field, entry) {
    if (field.kind === "choices") return [this._makeBoxes(field, entry)];
    const items = entry.items.map((item, at) => this._makeItem(field, item, at));
    const isScalar = !LISTS.has(field.kind);
    return isScalar && items.length === 0 ? [this._makeItem(field, null, 0)] : items;
  }

  _makeItem(field, item, at) {
    const pointer = this._pointer(field, at);
    const part = PART_OF[field.kind];
    const editors = part ? this._makeParts(field, item ?? { value: emptyPart(part) }, at, part) : [this._makeEditor(field, item, at)];
    const tools = LISTS.has(field.kind) ? this._makeTools(field, at) : null;
    return element(
      "div",
      { class: `label-item${item?.span ? " is-marked" : ""}${part ? " is-object" : ""}`, "data-pointer": pointer },
      element("div", { class: "editors" }, ...editors),
      tools,
      element("p", { class: "item-problem", "data-problem": pointer, hidden: true }),
    );
  }

  _makeEditor(field, item, at) {
    const value = item?.value ?? null;
    const name = LISTS.has(field.kind) ? `${field.name}, ${at + 1}` : field.name;
    if (field.kind === "choice") return this._makeSelect(name, field.options, value, (chosen) => this._set(field, at, chosen));
    if (field.kind === "flag") {
      const said = value === null ? "" : value ? "yes" : "no";
      return this._makeSelect(name, ["yes", "no"], said, (chosen) => this._set(field, at, chosen === null ? null : chosen === "yes"));
    }
    const kind = field.kind === "countries" ? "code" : field.kind === "texts" || field.kind === "long" ? "long" : (INPUT_TYPES[field.kind] ?? "text");
    return makeInput(name, kind, value, (given) => this._set(field, at, given), field.kind === "countries" ? 2 : undefined);
  }

  _makeParts(field, item, at, part) {
    return Object.entries(PART_EDITORS[part]).map(([key, [name, kind, detail]]) => {
      const set = (given) => {
        const value = { ...emptyPart(part), ...(this.labels.entry(field.path).items[at]?.value ?? {}), [key]: given };
        this._set(field, at, Object.values(value).every((each) => each === null || each === "" || each.length === 0) ? null : value);
      };
      const label = `${field.name}${LISTS.has(field.kind) ? ` ${at + 1}` : ""}, ${name.toLowerCase()}`;
      const shown = item.value[key] ?? null;
      const editor =
        kind === "choice" ? this._makeSelect(label, detail, shown, set)
        : kind === "listed" ? makeInput(label, "text", (shown ?? []).join("; "), (given) => set(splitList(given)))
        : makeInput(label, kind, shown, set, detail);
      return element("div", { class: `part part-${key}` }, element("span", { text: name, "aria-hidden": "true" }), editor);
    });
  }

  _makeBoxes(field, entry) {
    const boxes = field.options.map((option) => {
      const item = entry.items.find(({ value }) => value === option);
      const box = element("input", { type: "checkbox", value: option, checked: Boolean(item) });
      box.addEventListener("change", () => {
        if (box.checked) this.labels.add(field, option);
        else this.labels.remove(field, entry.items.findIndex(({ value }) => value === option));
        this._changed(field);
      });
      const pointer = item ? `${field.path}/${entry.items.indexOf(item)}` : null;
      return element("label", { class: `box${item?.span ? " is-marked" : ""}`, "data-pointer": pointer }, box, toWords(option));
    });
    return element("div", { class: "boxes" }, ...boxes);
  }

  _makeSelect(name, options, value, set) {
    const select = element(
      "select",
      { "aria-label": name },
      element("option", { value: "", text: "" }),
      ...options.map((option) => element("option", { value: option, text: toWords(option), selected: option === value })),
    );
    select.addEventListener("change", () => set(select.value || null));
    return select;
  }

  _makeTools(field, at) {
    const tool = (text, name, act) =>
      element("button", { type: "button", class: "tool", "aria-label": `${name} ${field.name} ${at + 1}`, title: name, text, on: { click: act } });
    const move = (step) => () => {
      this.labels.move(field, at, step);
      this._changed(field);
    };
    const isLong = field.kind === "texts";
    return element(
      "div",
      { class: "item-tools" },
      isLong ? tool("↑", "Move up", move(-1)) : null,
      isLong ? tool("↓", "Move down", move(1)) : null,
      tool("×", "Remove", () => {
        this.labels.remove(field, at);
        this._changed(field);
      }),
    );
  }

  _makeFoot(field, entry, state) {
    const add = LISTS.has(field.kind) && field.kind !== "choices"
      ? element("button", { type: "button", class: "tool add", text: "+ Add", "aria-label": `Add to ${field.name}`, on: { click: () => this._add(field) } })
      : null;
    const isAsked = state === "silent" || (state === "open" && field.always);
    const silent = isAsked ? this._makeSilent(field, entry) : null;
    return add || silent ? element("div", { class: "field-foot" }, add, silent) : null;
  }

  _makeSilent(field, entry) {
    const box = element("input", { type: "checkbox", checked: entry.isSilent, "aria-label": `The posting is silent on ${field.name}` });
    box.addEventListener("change", () => {
      entry.isSilent = box.checked;
      this._changed(field, { keeps: box });
    });
    return element("label", { class: "silence" }, box, "not stated");
  }

  _add(field) {
    const part = PART_OF[field.kind];
    const at = this.labels.add(field, part ? emptyPart(part) : "");
    this.onChange(field);
    this.refresh(field, at);
  }

  /** A value typed or chosen; nothing, in a field that holds one value, takes it away. */
  _set(field, at, value) {
    const entry = this.labels.entry(field.path);
    const isGone = value === null || value === "";
    if (!LISTS.has(field.kind) && isGone) entry.items = [];
    else if (entry.items[at]) entry.items[at].value = value;
    else this.labels.add(field, value);
    if (!isGone) entry.isSilent = false;
    this._restate(field);
    this.onChange(field);
  }

  /** The field's state without making its inputs anew, in which somebody may be typing. */
  _restate(field) {
    const made = this._fieldElement(field.path);
    const entry = this.labels.entry(field.path);
    made.classList.toggle("is-stated", entry.items.length > 0);
    made.classList.toggle("is-open", entry.items.length === 0 && !entry.isSilent);
    made.classList.toggle("is-silent", entry.isSilent);
    const silence = find(".silence", made);
    if (silence) silence.hidden = entry.items.length > 0; // it comes back when the value goes
  }

  _changed(field, { keeps = null } = {}) {
    const name = keeps?.getAttribute("aria-label");
    const value = document.activeElement?.value;
    this.refresh(field);
    const made = this._fieldElement(field.path);
    const again = name ? findAll("input", made).find((input) => input.getAttribute("aria-label") === name) : findAll("input[type=checkbox]", made).find((input) => input.value === value);
    (again ?? find("button, input, select, textarea", made))?.focus({ preventScroll: true });
    this.onChange(field);
  }
}

function splitList(text) {
  return String(text ?? "").split(";").map((each) => each.trim()).filter(Boolean);
}

function makeInput(name, kind, value, set, length) {
  const isLong = kind === "long";
  const input = element(isLong ? "textarea" : "input", {
    "aria-label": name,
    type: isLong ? null : kind === "number" || kind === "date" ? kind : "text",
    step: kind === "number" ? "any" : null,
    min: kind === "number" ? "0" : null,
    maxlength: kind === "code" ? String(length) : null,
    class: kind === "code" ? "code-input" : null,
    rows: isLong ? "2" : null,
    spellcheck: "false",
    autocomplete: "off",
  });
  input.value = value ?? "";
  input.addEventListener("input", () => {
    const given = kind === "code" ? input.value.toUpperCase() : input.value;
    if (kind === "number") set(input.value === "" ? null : input.valueAsNumber);
    else set(given);
  });
  return input;
}
