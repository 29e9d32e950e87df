// What `python -m eval check` would say of the labels, said while they are made.

import { FIELDS } from "./fields.js";
import { isAbsent } from "./pointer.js";

const SLUG = /^[a-z0-9][a-z0-9_-]{0,79}$/;
const CODES = { country: /^[A-Z]{2}$/, currency: /^[A-Z]{3}$/, language: /^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/ };
const VERBATIM = new Set(["/summary", "/locations", "/skills", "/keywords", "/education/fields"]);

/** Text without spaces and marks' variants, as eval compares: labels may stand across line breaks. */
export function squeeze(text) {
  return text
    .replace(/[‘’‚`´]/g, "'").replace(/[“”„]/g, '"').replace(/[\u200b-\u200f\u2060\ufeff®™©]/g, "")
    .normalize("NFKC")
    .replace(/[\u2010-\u2015\u2212\ufe58\ufe63\uff0d\u00ad]/g, "-")
    .toLowerCase().replaceAll("ß", "ss").replaceAll("*", "")
    .replace(/\s+/g, "")
    .replace(/^[-•·▪●○◦■□►▸➢➤✓✔✅→»«|,;:!?'"_….>]+|[-•·▪●○◦■□►▸➢➤✓✔✅→»«|,;:!?'"_….<]+$/g, "");
}

/** Problems of the values, [{path, at, message}]; `shown` is the text as people read it. */
export function checkLabels(labels, shown) {
  if (!labels.isPosting) return [];
  const text = squeeze(shown);
  return FIELDS.flatMap((field) =>
    labels.entry(field.path).items.flatMap(({ value }, at) =>
      problemsOf(field, value, text).map((message) => ({ path: field.path, at, message })),
    ),
  );
}

function problemsOf(field, value, text) {
  const said = isAbsent(value) ? ["is empty: fill it in or remove it"] : (CHECKS[field.kind]?.(value) ?? []);
  const written = verbatimOf(field, value);
  if (written && !text.includes(squeeze(written))) said.push("does not stand in the text in these words");
  return said;
}

function verbatimOf({ path, kind }, value) {
  if (kind === "texts") return value;
  if (!VERBATIM.has(path) || isAbsent(value)) return null;
  return typeof value === "string" ? value : (value.text ?? value.name);
}

const isCode = (kind, value) => (isAbsent(value) || CODES[kind].test(value) ? [] : [`${value} is no ${kind} code`]);
const checkPlace = (place) => isCode("country", place.country);
const isCounted = (value) => (Number.isFinite(value) && value >= 0 ? [] : ["is no number of 0 or more"]);
const isWhole = (value) => (Number.isInteger(value) ? [] : ["is no whole number"]);
const isDay = (value) => (/^\d{4}-\d\d-\d\d$/.test(value) ? [] : ["is no date"]);

const CHECKS = {
  place: checkPlace,
  places: checkPlace,
  countries: (value) => isCode("country", value),
  language: (value) => isCode("language", value),
  number: isCounted,
  whole: isWhole,
  year: isWhole,
  date: isDay,
  share: (value) => (value >= 0 && value <= 1 ? [] : ["is no share between 0 and 1"]),
  pays: (pay) => [
    ...isCode("currency", pay.currency),
    ...(pay.kind ? [] : ["has no kind"]),
    ...(pay.min !== null && pay.max !== null && pay.min > pay.max ? ["its lower amount is above its upper"] : []),
    ...(pay.min === null && pay.max === null && pay.kind !== "equity" ? ["has no amount"] : []),
  ],
  terms: (term) => (isAbsent(term.start) && isAbsent(term.end) ? ["has neither start nor end"] : []),
  skills: (skill) => [
    ...(isAbsent(skill.name) ? ["has no name"] : []),
    ...(skill.kind ? [] : ["is neither hard nor soft"]),
    ...(skill.requirement ? [] : ["is it required, preferred or mentioned?"]),
  ],
  history: (sponsored) => (Number.isInteger(sponsored.year) ? [] : ["has no year"]),
};

/** Problems of what is told of the case, a sentence each. */
export function checkCase({ set, id, today, split }) {
  return [
    SLUG.test(set) ? null : "The set is a name of small letters, digits, - and _.",
    SLUG.test(id) ? null : "The case is a name of small letters, digits, - and _.",
    /^\d{4}-\d\d-\d\d$/.test(today) ? null : "Say on which day the page was received.",
    ["dev", "test"].includes(split) ? null : "The split is dev or test.",
  ].filter(Boolean);
}

