// The record beside the text: a row a field, each value tied by its JSON pointer to its words.

import { element, find, findAll } from "./dom.js";
import { CHOICES, FIELDS, GROUPS, toCountry, toLanguage, toWords } from "./fields.js";
import { isAbsent, isWithin, valueAt } from "./pointer.js";

const NUMBER = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });
const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });

/** Rows are the fields, but a range and its wording stand in one. */
const RANGES = [
  { name: "Experience", low: "/experience/min_years", high: "/experience/max_years", text: "/experience/text", unit: "years" },
  { name: "Employees", low: "/company/employees_min", high: "/company/employees_max", text: null, unit: "" },
  {
    name: "Graduation",
    low: "/education/graduation/earliest",
    high: "/education/graduation/latest",
    text: "/education/graduation/text",
    unit: "",
  },
];
const WORDINGS = { "/work_authorization/sponsorship": "/work_authorization/text" };
const INNER = new Set([...RANGES.flatMap(({ high, text }) => [high, text]), ...Object.values(WORDINGS)]);
export const ROWS = FIELDS.filter(({ path }) => !INNER.has(path)).map(toRow);

function toRow(field) {
  const range = RANGES.find(({ low }) => low === field.path);
  if (range) return { ...field, name: range.name, range, paths: [range.low, range.high, range.text].filter(Boolean) };
  return { ...field, paths: [field.path, WORDINGS[field.path]].filter(Boolean) };
}

export class RecordView {
  /** `root` is the listbox that holds the record. */
  constructor(root) {
    this.root = root;
    root.addEventListener("keydown", (event) => this._move(event));
    this.clear();
  }

  clear() {
    this.posting = {};
    this.evidence = {};
    this.warnings = [];
    const groups = GROUPS.map(({ id, name }) =>
      element(
        "section",
        { class: `group g-${id}`, role: "group", "aria-labelledby": `group-${id}`, "data-group": id, hidden: true },
        element("h3", { id: `group-${id}`, text: name }),
      ),
    );
    this.root.replaceChildren(element("ul", { class: "notes", hidden: true }), ...groups);
  }

  /** Show a posting, or the part of it at `path` anew; rows that did not change stay as they are. */
  show(posting, evidence, warnings = [], path = "") {
    Object.assign(this, { posting, evidence, warnings });
    const focused = this.root.contains(document.activeElement) ? document.activeElement.dataset.pointer : null;
    for (const row of ROWS) {
      if (row.paths.some((inner) => isWithin(inner, path) || isWithin(path, inner))) this._put(row);
    }
    for (const group of findAll(".group", this.root)) group.hidden = find(".row", group) === null;
    this._showNotes();
    const options = this.options();
    const current = options.find(({ dataset }) => dataset.pointer === focused) ?? options[0];
    options.forEach((option) => (option.tabIndex = option === current ? 0 : -1));
    if (focused !== null) current?.focus({ preventScroll: true });
  }

  /** Every value's element, in reading order. */
  options() {
    return findAll("[role=option]", this.root);
  }

  /** The names of the rows that every posting could fill and this one does not. */
  silent() {
    const isSilent = ({ always, paths }) => always && paths.every((path) => isAbsent(valueAt(this.posting, path)));
    return ROWS.filter(isSilent).map(({ name }) => name);
  }

  /** The elements of these pointers, or of what holds them. */
  elementsOf(pointers) {
    const found = pointers.map((pointer) => {
      const holders = this.options().filter(({ dataset }) => isWithin(pointer, dataset.pointer));
      return holders.at(-1);
    });
    return [...new Set(found.filter(Boolean))];
  }

  /** The evidence pointers that an element stands for. */
  pointersOf(target) {
    const { pointer, lights } = target.dataset;
    if (lights && this.evidence[lights]) return [lights];
    return Object.keys(this.evidence).filter((key) => isWithin(key, pointer));
  }

  _put(row) {
    const section = find(`[data-group="${row.group}"]`, this.root);
    const old = find(`[data-row="${row.path}"]`, section);
    const made = this._makeRow(row);
    if (old && made && old.isEqualNode(made)) return;
    if (old && made) old.replaceWith(made);
    else if (old) old.remove();
    else if (made) {
      const order = ROWS.indexOf(row);
      const after = findAll(".row", section).find(({ dataset }) => ROWS.findIndex(({ path }) => path === dataset.row) > order);
      section.insertBefore(made, after ?? null);
    }
  }

  _makeRow(row) {
    const warnings = this.warnings.filter(({ pointer }) => row.paths.some((path) => isWithin(pointer, path)));
    const body = makeBody(row, this.posting);
    if (body === null && warnings.length === 0) return null;
    for (const option of body ? findAll("[role=option]", body) : []) this._describe(option, row);
    const made = element(
      "div",
      { class: `row row-${row.kind}`, "data-row": row.path, role: "presentation" },
      element("div", { class: "label", text: row.name, title: row.path, "aria-hidden": "true" }),
      element("div", { class: "body", role: "presentation" }, body, ...warnings.map(makeWarning)),
    );
    made.classList.toggle("is-dropped", body === null);
    return made;
  }

  /** What a screen reader says of a value: its field, the value, and the words that it was read from. */
  _describe(option, row) {
    const said = option.dataset.said ?? option.textContent;
    option.setAttribute("aria-label", `${row.name}: ${said}`);
    const quotes = this.pointersOf(option).flatMap((pointer) => this.evidence[pointer].map(({ quote }) => quote));
    const unique = [...new Set(quotes)].map((quote) => `“${quote}”`).join(", ");
    if (unique) option.setAttribute("aria-description", `read from ${unique}`);
    else option.classList.add("is-bare");
  }

  _showNotes() {
    const shown = new Set(ROWS.flatMap(({ paths }) => paths));
    const homeless = this.warnings.filter(({ pointer }) => ![...shown].some((path) => isWithin(pointer, path)));
    const notes = find(".notes", this.root);
    notes.hidden = homeless.length === 0;
    notes.replaceChildren(...homeless.map((warning) => element("li", {}, makeWarning(warning))));
  }

  _move(event) {
    const steps = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1, Home: -Infinity, End: Infinity };
    if (!(event.key in steps) || event.ctrlKey || event.altKey || event.metaKey) return;
    const options = this.options();
    const at = options.indexOf(document.activeElement);
    const to = options[Math.max(0, Math.min(options.length - 1, at + steps[event.key]))];
    if (to === undefined) return;
    event.preventDefault();
    this.focus(to);
  }

  focus(option) {
    this.options().forEach((other) => (other.tabIndex = other === option ? 0 : -1));
    option.focus({ preventScroll: true });
  }
}

function makeWarning({ code, message }) {
  return element("p", { class: "warning" }, element("span", { class: "code", text: toWords(code) }), ` ${message}`);
}

/** One value that can be pointed at; `more` may name `lights`, the one leaf whose words stand for it. */
function option(pointer, tag, more, ...children) {
  const { lights, ...attributes } = more;
  return element(tag, { role: "option", tabindex: "-1", "data-pointer": pointer, "data-lights": lights, ...attributes }, ...children);
}

function makeBody(row, posting) {
  if (row.range) return makeRange(row.range, posting);
  const value = valueAt(posting, row.path);
  const wording = valueAt(posting, row.paths[1] ?? "\u0000");
  if (isAbsent(value) && isAbsent(wording)) return null;
  const body = isAbsent(value) ? element("div") : (MAKERS[row.kind] ?? makePlain)(value, row.path);
  if (isAbsent(wording)) return body;
  return element("div", {}, body, option(row.paths[1], "span", { class: "wording", text: wording }));
}

/** What `make` gives for each item that is there: while fields still come, a list may have holes. */
function present(values, make) {
  return Array.from(values, (value, i) => (isAbsent(value) ? null : make(value, i)));
}

function makePlain(value, path) {
  return element("div", {}, option(path, "span", { class: "value", text: String(value) }));
}

function makeShown(show) {
  return (value, path) => element("div", {}, option(path, "span", { class: "value", text: show(value), title: String(value) }));
}

function makeChips(show) {
  return (values, path) =>
    element("div", { class: "chips" }, ...present(values, (value, i) => option(`${path}/${i}`, "span", { class: "chip", text: show(value) })));
}

function makeList(values, path) {
  return element("div", { class: "list" }, ...present(values, (value, i) => option(`${path}/${i}`, "span", { class: "item", text: value })));
}

function makePlace(place, path) {
  const parts = [place.city, place.region, place.country && toCountry(place.country)].filter(Boolean).join(", ");
  const isToldAlready = parts.toLowerCase().includes(place.text?.toLowerCase() ?? "");
  const written = !isToldAlready ? element("small", { text: place.text }) : null;
  return option(path, "span", { class: "value place" }, parts || place.text || "", parts ? written : null);
}

function makePay(pay, path) {
  const { amount, per } = toPayWords(pay);
  return option(
    path,
    "span",
    { class: "value pay", "data-said": [amount, per, pay.kind].filter(Boolean).join(" ") },
    element("span", { class: "amount", text: amount }),
    per ? element("span", { class: "per", text: ` ${per}` }) : null,
    pay.kind ? element("span", { class: "kind", text: toWords(pay.kind) }) : null,
    pay.text ? element("small", { text: [pay.text, ...(pay.locations ?? [])].join(" · ") }) : null,
  );
}

function toPayWords({ min, max, currency, period }) {
  const [low, high] = [min, max].map((figure) => (isAbsent(figure) ? null : toMoney(figure)));
  let amount = low ?? high ?? "";
  if (low && high && low !== high) amount = `${low} – ${high}`;
  else if (!low && high) amount = `up to ${high}`;
  else if (low && !high) amount = `from ${low}`;
  const per = period === "once" ? "once" : period ? `per ${period}` : "";
  return { amount: [currency, amount].filter(Boolean).join(" "), per };
}

function toMoney(figure) {
  const cents = Number.isInteger(figure) ? 0 : 2;
  return figure.toLocaleString("en", { minimumFractionDigits: cents, maximumFractionDigits: cents });
}

function makeTerm(term, path) {
  const days = [term.start, term.end].map((day) => (day ? toDay(day) : null));
  const shown = days[1] ? `${days[0] ?? "…"} – ${days[1]}` : `from ${days[0]}`;
  const isDated = days.some(Boolean);
  const written = term.text ? element("small", { text: term.text }) : null;
  return option(path, "span", { class: "value" }, isDated ? shown : term.text, isDated ? written : null);
}

function makeSkills(skills, path) {
  const rows = CHOICES.requirement.concat(null).map((requirement) => {
    const chips = present(skills, (skill, i) => ((skill.requirement ?? null) === requirement ? makeSkill(skill, `${path}/${i}`) : null));
    if (chips.every((chip) => chip === null)) return null;
    const name = requirement ? element("span", { class: "sublabel", text: requirement }) : null;
    return element("div", { class: "chips" }, name, ...chips);
  });
  return element("div", { class: "stack" }, ...rows);
}

function makeSkill({ name, kind, requirement }, path) {
  const said = [name, kind && `${kind} skill`, requirement].filter(Boolean).join(", ");
  return option(path, "span", { class: `chip ${kind ?? ""}`, text: name, lights: `${path}/name`, title: said, "data-said": said });
}

function makeRange({ low, high, text, unit }, posting) {
  const [from, to, wording] = [low, high, text].map((path) => (path ? (valueAt(posting, path) ?? null) : null));
  if ([from, to, wording].every(isAbsent)) return null;
  const show = (value) => (typeof value === "string" ? toDay(value) : NUMBER.format(value));
  const parts = [];
  if (from !== null && to !== null && from !== to) {
    parts.push(option(low, "span", { class: "value", text: show(from) }), " – ", option(high, "span", { class: "value", text: show(to) }));
  } else if (from !== null) {
    parts.push(to === null && from !== 0 && unit ? "from " : "", option(low, "span", { class: "value", text: show(from) }));
  } else if (to !== null) parts.push("up to ", option(high, "span", { class: "value", text: show(to) }));
  if (parts.length && unit) parts.push(from === 1 && (to === null || to === 1) ? " year" : ` ${unit}`);
  const written = isAbsent(wording) ? null : option(text, "span", { class: parts.length ? "wording" : "value", text: wording });
  return element("div", {}, ...parts, written);
}

function toDay(iso) {
  const day = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? iso : DAY.format(day);
}

const each = (make) => (values, path) =>
  element("div", { class: "stack" }, ...present(values, (value, i) => make(value, `${path}/${i}`)));

const MAKERS = {
  long: (value, path) => element("div", {}, option(path, "span", { class: "value prose", text: value })),
  choice: (value, path) => element("div", { class: "chips" }, option(path, "span", { class: "chip", text: toWords(value) })),
  choices: makeChips(toWords),
  countries: makeChips(toCountry),
  names: makeChips(String),
  texts: makeList,
  place: (place, path) => element("div", {}, makePlace(place, path)),
  places: each(makePlace),
  pays: each(makePay),
  terms: each(makeTerm),
  skills: makeSkills,
  history: each(({ year, count }, path) => option(path, "span", { class: "value", text: count === null ? `${year}` : `${year}: ${count}` })),
  date: makeShown(toDay),
  number: makeShown((value) => NUMBER.format(value)),
  whole: makeShown((value) => NUMBER.format(value)),
  share: makeShown((value) => `${NUMBER.format(100 * value)} %`),
  flag: makeShown((value) => (value ? "yes" : "no")),
  language: makeShown(toLanguage),
};
