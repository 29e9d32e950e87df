// Two labellers' gold of one posting, field by field.

import { element } from "./dom.js";
import { FIELDS, toWords } from "./fields.js";
import { Labels } from "./labels.js";
import { isAbsent } from "./pointer.js";
import { squeeze } from "./validation.js";

/**
 * Rows {field, verdict, first, second, both} of the fields that either decided, and how many values both name.
 * Verdicts: `same`, `differs`, `first only` and `second only` (the other has not decided the field).
 */
export function compare(firstGold, secondGold) {
  const [first, second] = [Labels.from(firstGold), Labels.from(secondGold)];
  const rows = FIELDS.map((field) => compareField(field, first, second)).filter(Boolean);
  const decided = rows.filter(({ verdict }) => !verdict.endsWith("only"));
  const total = (key) => decided.reduce((sum, row) => sum + row[key].length, 0);
  const pairs = total("both");
  const named = 2 * pairs + total("first") + total("second");
  return {
    rows,
    isSameKind: first.isPosting === second.isPosting,
    same: decided.filter(({ verdict }) => verdict === "same").length,
    decided: decided.length,
    f1: named === 0 ? null : (2 * pairs) / named,
  };
}

function compareField(field, first, second) {
  const [one, other] = [first.isDecided(field), second.isDecided(field)];
  if (!one && !other) return null;
  const rest = second.entry(field.path).items.map(({ value }) => value);
  const both = [];
  const alone = [];
  for (const { value } of first.entry(field.path).items) {
    const at = rest.findIndex((each) => isSame(value, each));
    if (at < 0) alone.push(value);
    else both.push(value) && rest.splice(at, 1);
  }
  const isEqual = alone.length === 0 && rest.length === 0;
  const verdict = !other ? "first only" : !one ? "second only" : isEqual ? "same" : "differs";
  return { field, verdict, both, first: alone, second: rest };
}

function isSame(one, other) {
  if (typeof one === "string" && typeof other === "string") return squeeze(one) === squeeze(other);
  if (one === null || other === null || typeof one !== "object") return one === other;
  const keys = Object.keys({ ...one, ...other }).filter((key) => key !== "text" || (isBare(one) && isBare(other)));
  return keys.every((key) => {
    const [a, b] = [one[key] ?? null, other[key] ?? null];
    if (Array.isArray(a) || Array.isArray(b)) return (a ?? []).join() === (b ?? []).join();
    return isSame(a, b);
  });
}

/** Whether an object has nothing but its wording, which then is its value. */
const isBare = (value) => Object.entries(value).every(([key, part]) => key === "text" || isAbsent(part));

/** A value in one line. */
export function toLine(value) {
  if (value === null || typeof value !== "object") return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return Object.values(value).filter((part) => !isAbsent(part)).join(" · ");
}

const toShown = ({ field }, value) => (["choice", "choices"].includes(field.kind) ? toWords(value) : toLine(value));

/** The comparison as a table, with a sentence above it. */
export function showComparison(target, { rows, same, decided, f1, isSameKind }) {
  const sentence = isSameKind
    ? `${same} of ${decided} fields that both decided are the same${f1 === null ? "" : `; of the values, F1 ${f1.toFixed(2)}`}. ` +
      "Here words are compared; python -m eval agree compares as the eval does."
    : "One says that the text is a posting, the other that it is none: nothing else counts.";
  const head = ["Field", "", "First", "Second"].map((text) => element("th", { text, scope: "col" }));
  const body = rows.map((row) =>
    element(
      "tr",
      { class: `verdict-${row.verdict.replace(" ", "-")} g-${row.field.group}`, "data-path": row.field.path, "data-verdict": row.verdict },
      element("th", { scope: "row", text: row.field.name }),
      element("td", { class: "verdict", text: row.verdict }),
      ...(row.verdict === "same"
        ? [element("td", { colspan: "2", text: row.both.map((value) => toShown(row, value)).join("; ") || "the posting is silent" })]
        : [cell(row, row.first, row.verdict !== "second only", "First"), cell(row, row.second, row.verdict !== "first only", "Second")]),
    ),
  );
  target.replaceChildren(
    element("p", { class: "agreement", text: sentence }),
    element("div", { class: "scroll" }, element("table", {}, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...body))),
  );
}

function cell(row, own, isDecided, name) {
  const made = element("td", { "data-name": name });
  if (!isDecided) made.append(element("span", { class: "soft", text: "not decided" }));
  else if (own.length === 0) {
    const rest = row.both.length ? `the ${row.both.length} that both name` : "the posting is silent";
    made.append(element("span", { class: "soft", text: rest }));
  } else made.append(...own.map((value) => element("div", { text: toShown(row, value) })));
  return made;
}
