// `/label`: labels made by reading, saved as a case of the eval, and two labellers held against each other.

import { compare, showComparison } from "./comparison.js";
import { announce, download, element, find, findAll, reveal } from "./dom.js";
import { FIELDS, LISTS } from "./fields.js";
import { FormView } from "./form.js";
import { MOST_BYTES, takeDrops, typeOf } from "./input.js";
import { askForKey } from "./keyring.js";
import { Labels, PART_OF, emptyPart } from "./labels.js";
import { Linking } from "./linking.js";
import { looksLikeMarkup } from "./markup.js";
import { Palette } from "./palette.js";
import { Problem, post } from "./service.js";
import { TextView } from "./text.js";
import { checkCase, checkLabels } from "./validation.js";

const DRAFT = "extractor.draft";
const BULLET = /^[\s\-–•*·▪●○◦■►➢✓✔→]+|[\s;]+$/g;
const FORMS = { "text/html": "html", "text/markdown": "md" };

const pane = find("#text");
const text = new TextView(pane);
const form = new FormView(find("#form"), onEdit);
const linking = new Linking(text, form, find("#panel-form"));
const palette = new Palette(markAs, (wasLeft) => {
  const { end } = pending.range;
  pending = null;
  showMarks();
  if (!wasLeft) returnTo(end);
});

let labels = new Labels();
let work = null; // {source, form}: the posting as received, and its file's suffix
let pending = null; // the range that is being marked

/* The text to label. */

find("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const source = find("#source").value;
  if (source.trim() === "") return complain("Paste a posting first, or choose a file.");
  begin({ source, form: looksLikeMarkup(source) ? "html" : "txt" }, new Labels());
});
find("#file").addEventListener("change", ({ target }) => takeFile(target.files[0]));
takeDrops(find(".compose"), ([file]) => takeFile(file));

async function takeFile(file) {
  if (!file) return;
  if (file.size > MOST_BYTES) return complain(`${file.name} is larger than ${MOST_BYTES / 1e6} MB.`);
  const type = file.name.endsWith(".md") ? "text/markdown" : typeOf(file);
  if (type === "application/pdf") return complain("A PDF’s text cannot be marked here: paste its text.");
  const source = new TextDecoder().decode(await file.arrayBuffer());
  begin({ source, form: FORMS[type] ?? "txt" }, new Labels());
}

function complain(message) {
  find("#composer-error").textContent = message;
  find("#composer-error").hidden = false;
}

function begin(posting, made) {
  work = posting;
  labels = made;
  setWorking(true);
  text.load(work.source, work.form === "html" ? "html" : "text");
  showLabels();
  pane.focus({ preventScroll: true });
  announce("The text is loaded. Select words to mark them.");
}

function setWorking(isWorking) {
  document.body.classList.toggle("is-working", isWorking);
  find(".compose").hidden = isWorking;
  find(".result").hidden = !isWorking;
}

find("#again").addEventListener("click", () => {
  if (!confirmLoss()) return;
  sessionStorage.removeItem(DRAFT);
  work = null;
  setWorking(false);
  find("#source").focus();
});

const confirmLoss = () => FIELDS.every((field) => !labels.isDecided(field)) || confirm("The labels that are not saved will be lost.");

/* Marking. */

pane.addEventListener("beforeinput", (event) => event.preventDefault());
for (const event of ["paste", "cut", "drop"]) pane.addEventListener(event, (happened) => happened.preventDefault());
pane.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault();
  offer();
}, { capture: true });
let isSelecting = false; // by pointer, from within the text
pane.addEventListener("pointerdown", () => (isSelecting = true));
document.addEventListener("pointerup", () => {
  if (isSelecting) setTimeout(offer);
  isSelecting = false;
});

/** Put the caret behind the words that were selected, where reading goes on. */
function returnTo(point) {
  pane.focus({ preventScroll: true });
  text.placeCaret(text.offsets.toUnit(point));
}

function offer() {
  const range = text.selection();
  if (range === null || !labels.isPosting) return;
  const lines = linesOf(range);
  if (lines.length === 0) return;
  pending = { lines, range: { start: lines[0].start, end: lines.at(-1).end } };
  const box = getSelection().getRangeAt(0).getBoundingClientRect();
  showMarks();
  palette.open(box);
}

/** The lines of a range without spaces, bullets and numbers around them, each with its span in code points. */
function linesOf({ start, end }) {
  return text.lines(start, end).map((line) => {
    const shown = line.shown.replace(BULLET, "");
    const lead = line.shown.indexOf(shown);
    const isPlain = line.end - line.start === line.shown.length;
    const from = isPlain ? line.start + lead : line.start;
    const to = isPlain ? from + shown.length : line.end;
    return { shown: shown.replace(/\s+/g, " "), start: text.offsets.toPoint(from), end: text.offsets.toPoint(to) };
  }).filter(({ shown }) => shown !== "");
}

function markAs(field, value) {
  const { lines, range } = pending;
  const whole = { shown: lines.map(({ shown }) => shown).join(" "), ...range };
  const isSplit = field.kind === "texts" || field.kind === "names" || (field.kind === "skills" && lines.length > 1);
  const marked = isSplit ? lines : [whole];
  const at = marked.map((line) => labels.add(field, toValue(field, value, line.shown), { start: line.start, end: line.end })).at(-1);
  onEdit(field);
  const isWhole = isComplete(field, labels.entry(field.path).items[at]?.value);
  form.refresh(field, isWhole ? null : at);
  if (isWhole) returnTo(range.end);
  const target = find(`[data-field="${field.path}"]`);
  reveal(find("#panel-form"), findAll("[data-pointer]", target).at(-1) ?? target);
  announce(`Marked as ${field.name}.`);
}

/** What the words mean for a field, as far as no reading is needed: figures and dates are typed. */
function toValue(field, given, words) {
  if (field.kind === "skills") return { ...emptyPart("skill"), name: words, ...given };
  if (PART_OF[field.kind]) return { ...emptyPart(PART_OF[field.kind]), ...("text" in emptyPart(PART_OF[field.kind]) ? { text: words } : {}) };
  if (given !== undefined) return given;
  if (["number", "whole", "year", "share"].includes(field.kind)) return /^\d+([.,]\d+)?$/.test(words) ? Number(words.replace(",", ".")) : "";
  if (field.kind === "date") return /^\d{4}-\d\d-\d\d$/.test(words) ? words : "";
  if (["countries", "language"].includes(field.kind)) return "";
  return words;
}

const isComplete = (field, value) => value !== "" && (!PART_OF[field.kind] || field.kind === "skills");

function showMarks() {
  const evidence = labels.isPosting ? labels.evidence() : {};
  text.mark(pending ? { ...evidence, "": [pending.range] } : evidence);
  for (const mark of findAll("mark", pane)) mark.classList.toggle("pending", mark.pointers.includes(""));
}

/* Labels. */

function onEdit() {
  pending = null;
  showMarks();
  tell();
  keepDraft();
}

function showLabels() {
  find("#no-posting").checked = !labels.isPosting;
  find("#doubts").value = labels.doubts;
  find(".panes").classList.toggle("is-none", !labels.isPosting);
  find("#form").inert = !labels.isPosting;
  form.show(labels);
  showAlternatives();
  onEdit();
}

function tell() {
  const wanted = FIELDS.filter(({ always }) => always);
  const open = labels.undecided().length;
  const problems = checkLabels(labels, text.shown);
  form.showProblems(problems);
  find("#rest-silent").disabled = open === 0;
  find("#status").textContent = labels.isPosting
    ? `${wanted.length - open} of ${wanted.length} decided${problems.length ? ` · ${problems.length} to mend` : ""}`
    : "Labelled as no posting";
}

find("#no-posting").addEventListener("change", ({ target }) => {
  labels.isPosting = !target.checked;
  showLabels();
});
find("#rest-silent").addEventListener("click", () => {
  for (const { path } of labels.undecided()) labels.entry(path).isSilent = true;
  showLabels();
  announce("All that was open is labelled as not stated.");
});
find("#only-open").addEventListener("change", ({ target }) => find("#form").classList.toggle("only-open", target.checked));
find("#doubts").addEventListener("input", ({ target }) => {
  labels.doubts = target.value;
  keepDraft();
});
find("#gold-file").addEventListener("change", async ({ target }) => {
  const gold = await readGold(target.files[0]).catch((error) => void showProblem(error.message));
  target.value = "";
  if (!gold || !confirmLoss()) return;
  find("#problem").hidden = true;
  labels = Labels.from(gold);
  showLabels();
});

async function readGold(file) {
  const gold = await file.text().then(JSON.parse).catch(() => null);
  const isGold = gold !== null && typeof gold === "object" && Object.hasOwn(gold, "posting") && (gold.posting === null || typeof gold.posting === "object");
  if (!isGold) throw new Error(`${file.name} is no gold file: it has no “posting”.`);
  return gold;
}

function showProblem(message) {
  find("#problem").textContent = message;
  find("#problem").hidden = false;
}

/* Alternatives, by key of the posting. */

const KEYS = [...new Set(FIELDS.map(({ path }) => path.split("/")[1]))];
find("#alternative-key").append(...KEYS.map((key) => element("option", { value: key, text: key })));
find("#keep").addEventListener("click", () => {
  const key = find("#alternative-key").value;
  (labels.alternatives[key] ??= []).push(labels.posting()[key] ?? (LISTS.has(FIELDS.find(({ path }) => path === `/${key}`)?.kind) ? [] : null));
  showAlternatives();
  keepDraft();
});

function showAlternatives() {
  const items = Object.entries(labels.alternatives).flatMap(([key, values]) =>
    values.map((value, at) =>
      element(
        "li",
        {},
        element("span", { text: `${key}: ${JSON.stringify(value)}` }),
        element("button", {
          type: "button", class: "tool", text: "×", "aria-label": `Remove alternative ${at + 1} of ${key}`,
          on: { click: () => removeAlternative(key, at) },
        }),
      ),
    ),
  );
  find("#alternatives").replaceChildren(...items);
}

function removeAlternative(key, at) {
  labels.alternatives[key].splice(at, 1);
  if (labels.alternatives[key].length === 0) delete labels.alternatives[key];
  showAlternatives();
  keepDraft();
}

/* A draft outlives a reload, in this tab alone. */

const toGold = () => labels.toGold(({ start, end }) => text.source.slice(text.offsets.toUnit(start), text.offsets.toUnit(end)));

function keepDraft() {
  if (!work) return;
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify({ work, gold: toGold() }));
  } catch {
    // a text beyond the browser's quota has no draft
  }
}

const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? "null");
if (draft) begin(draft.work, Labels.from(draft.gold));

/* Saving. */

const saving = { dialog: find("#save-dialog"), form: find("#save-form"), problems: find("#save-problems"), said: find("#save-said") };

find("#save").addEventListener("click", () => {
  saving.said.textContent = "";
  if (!find("#case-today").value) find("#case-today").value = new Date().toLocaleDateString("sv"); // ISO, local
  showSaveProblems();
  saving.dialog.showModal();
});
find("#save-close").addEventListener("click", () => saving.dialog.close());
saving.form.addEventListener("input", () => saving.problems.hidden || showSaveProblems());

function toCase() {
  const { tags, ...about } = Object.fromEntries(new FormData(saving.form));
  return {
    ...about,
    tags: tags.split(",").map((tag) => tag.trim()).filter(Boolean),
    form: work.form,
    posting: work.source,
    gold: toGold(),
  };
}

/** Problems that `python -m eval check` would find; what is merely open is said, and no obstacle. */
function showSaveProblems() {
  const found = checkLabels(labels, text.shown).map(({ path, at, message }) => {
    const field = FIELDS.find((each) => each.path === path);
    return `${field.name}${LISTS.has(field.kind) ? ` ${at + 1}` : ""} ${message}.`;
  });
  const open = labels.undecided().map(({ name }) => name);
  saving.said.textContent = open.length ? `Not decided, and so not scored: ${open.join(", ")}.` : "";
  saving.problems.replaceChildren(...found.map((message) => element("li", { text: message })));
  saving.problems.hidden = found.length === 0;
  return found.length === 0;
}

saving.form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const made = toCase();
  const wrong = checkCase(made);
  const isSound = showSaveProblems();
  saving.problems.append(...wrong.map((message) => element("li", { text: message })));
  saving.problems.hidden = isSound && wrong.length === 0;
  if (!saving.problems.hidden) return;
  try {
    const { case: name, files } = await send(made);
    saving.said.textContent = `Saved ${name}: ${files.join(", ")}. Check it with python -m eval check FOLDER.`;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    saving.problems.replaceChildren(element("li", { text: `${error.title}. ${error.detail}` }));
    saving.problems.hidden = false;
  }
});

async function send(made) {
  const body = JSON.stringify(made);
  try {
    return await (await post("/label/cases", { body, type: "application/json", accept: "application/json" })).json();
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401 || !(await askForKey())) throw error;
    return send(made);
  }
}

find("#save-files").addEventListener("click", () => {
  const made = toCase();
  download(made.labeller === "second" ? "second.json" : "gold.json", `${JSON.stringify(made.gold, null, 1)}\n`);
  download(`posting.${made.form}`, made.posting, "text/plain");
  download("case.toml", toToml(made), "text/plain");
});

function toToml({ source, today, split, tags, origin }) {
  const said = { source, today, split, tags, origin };
  return Object.entries(said).map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join("");
}

/* Two labellers. */

const comparing = { dialog: find("#compare-dialog"), first: null, second: null };

function openComparison() {
  comparing.first = work ? toGold() : null;
  comparing.second = null;
  for (const name of findAll("[data-name]", comparing.dialog)) name.textContent = "";
  if (work) find("[data-side=first] [data-name]").textContent = "the labels on this page";
  find("#comparison").replaceChildren();
  find("#compare-error").hidden = true;
  comparing.dialog.showModal();
}

find("#compare").addEventListener("click", openComparison);
find("#compare-only").addEventListener("click", openComparison);
find("#compare-close").addEventListener("click", () => comparing.dialog.close());
for (const side of ["first", "second"]) {
  find(`#${side}-file`).addEventListener("change", ({ target }) => takeGolds([...target.files], side));
  takeDrops(find(`[data-side=${side}]`), (files) => takeGolds(files, side));
}

/** One file for its side, or two at once for both. */
async function takeGolds(files, side) {
  const sides = files.length > 1 ? ["first", "second"] : [side];
  try {
    for (const [i, each] of sides.entries()) {
      comparing[each] = await readGold(files[i]);
      find(`[data-side=${each}] [data-name]`).textContent = files[i].name;
    }
    find("#compare-error").hidden = true;
  } catch (error) {
    find("#compare-error").textContent = error.message;
    find("#compare-error").hidden = false;
  }
  if (comparing.first && comparing.second) showComparison(find("#comparison"), compare(comparing.first, comparing.second));
}
