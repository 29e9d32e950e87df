// The labels of one posting while they are made: values, the words they were read from, what is decided.

import { FIELDS, LISTS } from "./fields.js";
import { isAbsent, putAt, valueAt } from "./pointer.js";

/** The parts of values that are objects, in the order in which they are edited. */
export const PARTS = {
  place: ["text", "city", "region", "country"],
  pay: ["text", "min", "max", "currency", "period", "kind", "locations"],
  term: ["text", "start", "end"],
  skill: ["name", "kind", "requirement"],
  sponsored: ["year", "count"],
};
export const PART_OF = { place: "place", places: "place", pays: "pay", terms: "term", skills: "skill", history: "sponsored" };
const LISTED_PARTS = new Set(["locations"]);

export class Labels {
  constructor() {
    this.isPosting = true;
    this.entries = new Map(FIELDS.map(({ path }) => [path, { items: [], isSilent: false }]));
    this.alternatives = {};
    this.doubts = "";
  }

  entry(path) {
    return this.entries.get(path);
  }

  /** Add a value; of a field that holds one, in place of the one before. `span` is {start, end} in code points. */
  add(field, value, span = null) {
    const entry = this.entry(field.path);
    entry.isSilent = false;
    const same = field.kind === "choices" ? entry.items.find((item) => item.value === value) : null;
    if (same) {
      same.span = span ?? same.span;
      return entry.items.indexOf(same);
    }
    if (LISTS.has(field.kind)) entry.items.push({ value, span });
    else entry.items = [{ value, span }];
    return entry.items.length - 1;
  }

  remove(field, at) {
    this.entry(field.path).items.splice(at, 1);
  }

  move(field, at, step) {
    const { items } = this.entry(field.path);
    const to = at + step;
    if (to < 0 || to >= items.length) return;
    [items[at], items[to]] = [items[to], items[at]];
  }

  isDecided({ path }) {
    const { items, isSilent } = this.entry(path);
    return isSilent || items.length > 0;
  }

  /** The fields that every case labels and nobody has decided yet. */
  undecided() {
    return this.isPosting ? FIELDS.filter((field) => field.always && !this.isDecided(field)) : [];
  }

  /** Where each value stands, by its pointer: [{start, end}] in code points. */
  evidence() {
    const found = {};
    for (const { path, kind } of FIELDS) {
      this.entry(path).items.forEach(({ span }, i) => {
        if (span) found[LISTS.has(kind) ? `${path}/${i}` : path] = [span];
      });
    }
    return found;
  }

  /** The posting in the shape of JobPosting: decided fields only, absent ones empty. */
  posting() {
    const posting = {};
    for (const field of FIELDS.filter((each) => this.isDecided(each))) {
      const values = this.entry(field.path).items.map(({ value }) => tidy(value));
      putAt(posting, field.path, LISTS.has(field.kind) ? values : (values[0] ?? null));
    }
    return posting;
  }

  /** gold.json's content; `quote` gives the words of a span. */
  toGold(quote) {
    if (!this.isPosting) return { posting: null, labelled: [], alternatives: {}, doubts: this.doubts };
    const evidence = Object.entries(this.evidence()).map(([pointer, spans]) => [
      pointer,
      spans.map((span) => ({ ...span, quote: quote(span) })),
    ]);
    return {
      posting: this.posting(),
      labelled: FIELDS.filter((field) => this.isDecided(field)).map(({ path }) => path),
      alternatives: this.alternatives,
      doubts: this.doubts,
      evidence: Object.fromEntries(evidence),
    };
  }

  /** Labels from gold.json's content. A pointer that lists a whole part ("/schedule") lists its fields. */
  static from(gold) {
    const labels = new Labels();
    labels.isPosting = gold.posting !== null;
    labels.alternatives = gold.alternatives ?? {};
    labels.doubts = gold.doubts ?? "";
    if (!labels.isPosting) return labels;
    const listed = gold.labelled?.map((pointer) => (pointer.startsWith("/") ? pointer : `/${pointer.replaceAll(".", "/")}`));
    for (const field of FIELDS) {
      const value = valueAt(gold.posting, field.path);
      const entry = labels.entry(field.path);
      const covers = (pointer) => field.path === pointer || field.path.startsWith(`${pointer}/`) || pointer.startsWith(`${field.path}/`);
      const isListed = listed ? listed.some(covers) : value !== undefined;
      const values = isAbsent(value) ? [] : LISTS.has(field.kind) ? value : [value];
      entry.items = values.map((each, i) => ({ value: each, span: spanOf(gold.evidence, field, i) }));
      entry.isSilent = isListed && values.length === 0;
    }
    return labels;
  }
}

function spanOf(evidence, { path, kind }, i) {
  const [place] = evidence?.[LISTS.has(kind) ? `${path}/${i}` : path] ?? [];
  return place ? { start: place.start, end: place.end } : null;
}

/** A value without empty texts: of an object its parts, absent ones null. */
function tidy(value) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, LISTED_PARTS.has(key) ? (part ?? []) : (part === "" ? null : part)]));
}

/** An object of a kind with nothing in it. */
export function emptyPart(part) {
  return Object.fromEntries(PARTS[part].map((key) => [key, LISTED_PARTS.has(key) ? [] : null]));
}
