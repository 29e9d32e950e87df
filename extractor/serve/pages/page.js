// `/`: a posting goes in, its record fills in beside the text.

import { announce, download, element, find, findAll } from "./dom.js";
import { EXAMPLES } from "./examples.js";
import { MOST_BYTES, takeDrops, typeOf } from "./input.js";
import { showJson } from "./json.js";
import { askForKey } from "./keyring.js";
import { Linking } from "./linking.js";
import { isAbsent, putAt } from "./pointer.js";
import { RecordView } from "./record.js";
import { Problem, post, readEvents } from "./service.js";
import { TextView } from "./text.js";

const text = new TextView(find("#text"));
const record = new RecordView(find("#record"));
const linking = new Linking(text, record, find("#panel-record"));
const composer = { source: find("#source"), file: find("#file"), error: find("#composer-error") };

const TABS = ["record", "json", "jsonld"];
let job = null; // the extraction that is shown: what was asked, what came so far, how to stop it

/* The composer. */

find("#composer").addEventListener("submit", (event) => {
  event.preventDefault();
  const source = composer.source.value;
  if (source.trim() === "") return complain("Paste a posting first, or choose a file.");
  start({ body: source, type: "text/plain", shown: source });
});

composer.source.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) find("#composer").requestSubmit();
});

composer.source.addEventListener("input", () => (composer.error.hidden = true));
composer.file.addEventListener("change", () => {
  takeFiles([...composer.file.files]);
  composer.file.value = "";
});
takeDrops(document.body, takeFiles);

async function takeFiles([file, ...others]) {
  if (!file) return;
  if (others.length) return complain("One file at a time, please; the command line takes many.");
  if (file.size > MOST_BYTES) return complain(`${file.name} is larger than ${MOST_BYTES / 1e6} MB.`);
  const type = typeOf(file);
  if (type === "application/pdf") return start({ body: file, type, shown: "" });
  const source = new TextDecoder().decode(await file.arrayBuffer());
  composer.source.value = source;
  start({ body: file, type, shown: source }); // the bytes as they are: the service finds their encoding
}

function complain(message) {
  setState("empty");
  composer.error.textContent = message;
  composer.error.hidden = false;
  composer.source.focus();
}

find("#examples").append(
  ...EXAMPLES.map(({ file, name, about }) =>
    element("li", {}, element(
      "button",
      { type: "button", class: "example", "data-file": file, on: { click: () => tryExample(file) } },
      element("strong", { text: name }),
      element("span", { text: about }),
    )),
  ),
);

async function tryExample(file) {
  const source = await (await fetch(`/static/examples/${file}`)).text();
  composer.source.value = source;
  start({ body: source, type: file.includes(".html") ? "text/html" : "text/plain", shown: source });
}

/* One extraction. */

async function start(asked) {
  job?.controller.abort();
  const mine = { asked, posting: {}, evidence: {}, extraction: null, jsonld: null, controller: new AbortController() };
  job = mine;
  prepare(asked);
  mine.clock = setInterval(() => tick(mine), 100);
  mine.started = performance.now();
  try {
    await ask(mine);
  } catch (error) {
    clearTimeout(mine.drawing);
    if (mine.drawing) draw(mine);
    if (job === mine) fail(error);
  } finally {
    clearInterval(mine.clock);
    if (job === mine) find("#progress").hidden = find("#cancel").hidden = true;
  }
}

async function ask(mine) {
  const { body, type } = mine.asked;
  try {
    const response = await post("/extract", { body, type, accept: "text/event-stream", signal: mine.controller.signal });
    for await (const { event, data } of readEvents(response)) {
      if (job !== mine) return;
      HANDLERS[event]?.(data, mine);
    }
  } catch (error) {
    const wantsKey = error instanceof Problem && error.status === 401;
    if (!wantsKey || job !== mine || !(await askForKey())) throw error;
    return ask(mine);
  }
  if (job === mine && mine.extraction === null) {
    throw new Problem({ title: "The answer broke off", detail: "The service ended it before the record was whole." });
  }
}

const HANDLERS = {
  document: ({ text: source, kind }, mine) => {
    mine.source = source;
    text.load(source, kind);
    find("#source-switch").hidden = !text.isMarkup;
  },
  progress: ({ stage, message, done, total }, mine) => {
    const share = total ? ` ${Math.round((100 * done) / total)} %` : "";
    mine.message = `${message || stage}${share}`;
    tick(mine);
  },
  field: ({ path, value, evidence }, mine) => {
    settle(mine, path, value, evidence);
    (mine.paths ??= new Set()).add(path);
    mine.drawing ??= setTimeout(() => draw(mine), mine.rest ?? 0);
  },
  jsonld: (node, mine) => (mine.jsonld = node),
  result: (extraction, mine) => finish(extraction, mine),
  problem: (problem) => {
    throw new Problem(problem);
  },
};

/** A later event of the same path replaces what an earlier one said, its evidence included. */
function settle(mine, path, value, evidence) {
  putAt(mine.posting, path, value);
  for (const pointer of Object.keys(mine.evidence)) {
    if (pointer === path || pointer.startsWith(`${path}/`)) delete mine.evidence[pointer];
  }
  if (Array.isArray(evidence)) {
    if (evidence.length) mine.evidence[path] = evidence;
  } else Object.assign(mine.evidence, evidence ?? {});
}

/** Fields that came meanwhile, drawn at once; a long text, which takes long to draw, is drawn less often. */
function draw(mine) {
  const started = performance.now();
  mine.drawing = undefined;
  if (job !== mine || mine.extraction !== null) return;
  for (const path of mine.paths) record.show(mine.posting, mine.evidence, [], path);
  mine.paths.clear();
  if (mine.source !== undefined) text.mark(mine.evidence);
  linking.refresh();
  mine.rest = Math.max(16, 3 * (performance.now() - started));
}

function prepare({ shown, type }) {
  setState("running");
  text.load(shown, type === "text/html" ? "html" : undefined);
  record.clear();
  linking.clear();
  choose("record", false);
  find("#show-source").checked = false;
  find("#source-switch").hidden = true;
  for (const id of ["problem", "spent", "silent"]) find(`#${id}`).hidden = true;
  for (const id of ["copy", "download"]) find(`#${id}`).disabled = true;
  for (const id of ["json", "jsonld"]) find(`#panel-${id}`).replaceChildren();
  find("#progress").hidden = find("#cancel").hidden = false;
  find("#cancel").focus({ preventScroll: true });
  announce("Reading the posting.");
  scrollTo(0, 0);
}

function tick(mine) {
  const seconds = (performance.now() - (mine.started ?? performance.now())) / 1000;
  find("#status").textContent = `${mine.message ?? "Reading"} · ${seconds.toFixed(1)} s`;
}

function finish(extraction, mine) {
  mine.extraction = extraction;
  setState("done");
  find("#status").textContent = "";
  const { error, posting, evidence, warnings, meta } = extraction;
  if (mine.source === undefined) mine.source = mine.asked.shown;
  showSpent(meta);
  for (const id of ["copy", "download"]) find(`#${id}`).disabled = false;
  showJson(find("#panel-json"), extraction);
  if (find("#cancel") === document.activeElement) find("#again").focus({ preventScroll: true });
  if (error) return refuse(error, warnings);
  record.show(posting, evidence, warnings);
  text.mark(evidence);
  linking.refresh();
  showSilent();
  const values = record.options().length;
  const counted = [count(values, "value"), warnings.length ? count(warnings.length, "warning") : null].filter(Boolean).join(", ");
  find("#status").textContent = counted;
  announce(`Done: ${counted}.`);
}

const count = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** The text was read, and holds no record: what came before is taken back. */
function refuse(error, warnings) {
  takeBack(warnings);
  if (error.code === "not_a_posting") return tellNone(error.message);
  tell("No record", error.message, { canRetry: error.retryable });
}

function takeBack(warnings = []) {
  record.clear();
  record.show({}, {}, warnings);
  text.mark({});
  linking.clear();
  const line = find("#silent");
  line.hidden = false;
  line.replaceChildren("There is no record.");
}

/** An answer, and no fault of anybody's. */
const tellNone = (message) =>
  tell("This is not a job posting", `${message} If it is one after all, send it alone, without the page around it.`, { isCalm: true });

function showSilent() {
  const names = record.silent();
  const line = find("#silent");
  line.hidden = names.length === 0;
  line.replaceChildren(element("span", { text: "The posting does not state: " }), `${names.join(", ").toLowerCase()}.`);
}

function showSpent(meta) {
  const figures = [
    [meta.seconds < 0.001 ? "" : "seconds", meta.seconds < 0.001 ? "at once" : meta.seconds.toFixed(meta.seconds < 10 ? 2 : 1)],
    ["tokens read", meta.input_tokens.toLocaleString("en")],
    ["written", meta.output_tokens.toLocaleString("en")],
    ["cost", meta.cost_usd === null ? "unknown" : `$${meta.cost_usd === 0 ? 0 : Number(meta.cost_usd.toPrecision(2))}`],
    [`${meta.calls === 1 ? "call" : "calls"}${meta.cached ? ", from the cache" : ""}`, `${meta.calls}`],
  ];
  const list = find("#spent");
  list.hidden = false;
  list.title = [meta.model, meta.strategy, meta.prompt && `${meta.prompt}@${meta.prompt_version}`].filter(Boolean).join(" · ");
  const items = figures.map(([name, figure]) => element("div", {}, element("dt", { text: name }), element("dd", { text: figure })));
  if (meta.model) items.push(element("div", { class: "model" }, element("dt", { text: "model" }), element("dd", { text: meta.model })));
  list.replaceChildren(...items);
}

/* What goes wrong. */

function fail(error) {
  setState("done");
  const { status, title, detail, code, retryAfter, requestId } = error;
  find("#status").textContent = "";
  if (code === "not_a_posting") {
    takeBack();
    return tellNone(detail);
  }
  const values = record.options().length;
  if (values) find("#status").textContent = `Unfinished: ${count(values, "value")} so far`;
  if (error.name === "AbortError") return tell("Stopped", "Nothing more is asked for this posting.", { canRetry: true, isCalm: true });
  if (!(error instanceof Problem)) return tell("This page could not show the answer", String(error.message ?? error), { canRetry: true });
  if (status === 401) return tell("A key is needed", detail || "The service answers only those who have one.", { canRetry: true });
  const canRetry = status === 0 || status === 429 || status >= 500;
  tell(title || "No record", [asSentence(detail), retryAfter && `Try again in ${spanOf(retryAfter)}.`].filter(Boolean).join(" "), { canRetry, requestId });
}

const asSentence = (words) => (words && !/[.!?…]$/.test(words) ? `${words}.` : words);

/** Seconds as people say them. */
function spanOf(seconds) {
  const [size, noun] = [[86_400, "day"], [3_600, "hour"], [60, "minute"]].find(([size]) => seconds >= 2 * size) ?? [1, "second"];
  return count(Math.ceil(seconds / size), noun);
}

function tell(title, detail, { canRetry = false, isCalm = false, requestId = null } = {}) {
  const problem = find("#problem");
  problem.classList.toggle("is-calm", isCalm);
  find("strong", problem).textContent = title;
  find("span", problem).textContent = detail;
  find("small", problem).textContent = requestId ? `Request ${requestId}` : "";
  find("button", problem).hidden = !canRetry;
  problem.hidden = false;
  problem.focus({ preventScroll: true });
}

find("#problem button").addEventListener("click", () => start(job.asked));
find("#cancel").addEventListener("click", () => job?.controller.abort());
find("#again").addEventListener("click", () => {
  job?.controller.abort();
  job = null;
  linking.clear();
  setState("empty");
  composer.source.focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.body.dataset.state === "running") job?.controller.abort();
});

function setState(state) {
  document.body.dataset.state = state;
  find(".compose").hidden = state !== "empty";
  find(".result").hidden = state === "empty";
}

/* Views of the record. */

find("[role=tablist]").addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) choose(tab.id.replace("tab-", ""), true);
});
find("[role=tablist]").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const at = TABS.findIndex((name) => find(`#tab-${name}`).ariaSelected === "true");
  choose(TABS[(at + step + TABS.length) % TABS.length], true);
});

function choose(name, focuses) {
  for (const other of TABS) {
    const tab = find(`#tab-${other}`);
    tab.setAttribute("aria-selected", String(other === name));
    tab.tabIndex = other === name ? 0 : -1;
    find(`#panel-${other}`).hidden = other !== name;
  }
  if (focuses) find(`#tab-${name}`).focus();
  if (name === "jsonld") showJsonld();
}

const chosen = () => TABS.find((name) => find(`#tab-${name}`).ariaSelected === "true");

async function showJsonld() {
  const mine = job;
  const panel = find("#panel-jsonld");
  if (!mine?.extraction) return;
  if (mine.extraction.posting === null) return void (panel.textContent = "There is no record to write as JSON-LD.");
  panel.textContent = mine.jsonld ? "" : "…";
  try {
    mine.jsonld ??= await (await post("/extract", { ...mine.asked, accept: "application/ld+json" })).json();
    if (job === mine) showJson(panel, mine.jsonld);
  } catch (error) {
    if (job === mine) panel.textContent = `${error.title ?? "It could not be had"}. ${error.message}`;
  }
}

const toShownText = () => JSON.stringify(chosen() === "jsonld" ? job.jsonld : job.extraction, null, 2);

find("#copy").addEventListener("click", async ({ target }) => {
  if (isAbsent(toShownText())) return;
  const said = await navigator.clipboard.writeText(toShownText()).then(() => "Copied", () => "Not allowed");
  target.textContent = said;
  announce(said === "Copied" ? "Copied as JSON." : "The browser does not allow copying here.");
  setTimeout(() => (target.textContent = "Copy"), 1500);
});
find("#download").addEventListener("click", () => {
  const isLinked = chosen() === "jsonld";
  download(isLinked ? "record.jsonld" : "record.json", `${toShownText()}\n`, isLinked ? "application/ld+json" : "application/json");
});

find("#show-source").addEventListener("change", ({ target }) => {
  text.showSource(target.checked);
  linking.clear();
});

findAll("kbd").forEach((key) => (key.textContent = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘ ↵" : "Ctrl ↵"));
