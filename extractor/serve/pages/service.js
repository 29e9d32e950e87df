// The service as the pages speak to it: one key, problem details, and answers that come in pieces.

const KEY = "extractor.key";

/** The key of this browser tab, which is all that remembers it. */
export const apiKey = {
  get: () => sessionStorage.getItem(KEY),
  set: (key) => sessionStorage.setItem(KEY, key),
  forget: () => sessionStorage.removeItem(KEY),
};

/** What the service, or the way to it, said instead of an answer. */
export class Problem extends Error {
  constructor({ status = 0, title = "", detail = "", code = "", retry_after_s: retryAfter = null, request_id: requestId = null }) {
    super(detail || title);
    Object.assign(this, { status, title, detail, code, retryAfter, requestId });
  }
}

/** POST to the service. Raises Problem for any answer but success, and for none at all. */
export async function post(path, { body, type, accept, signal }) {
  const headers = { "Content-Type": type, Accept: accept };
  if (apiKey.get()) headers.Authorization = `Bearer ${apiKey.get()}`;
  let response;
  try {
    response = await fetch(path, { method: "POST", headers, body, signal, credentials: "omit", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem({ title: "The service cannot be reached", detail: "Is it still running? Your text is kept here." });
  }
  if (!response.ok) throw await toProblem(response);
  return response;
}

async function toProblem(response) {
  const told = await response.json().catch(() => ({}));
  return new Problem({
    status: response.status,
    title: told.title ?? `The service answered ${response.status}`,
    detail: typeof told.detail === "string" ? told.detail : "",
    code: told.code ?? "",
    retry_after_s: response.headers.get("Retry-After"),
    request_id: response.headers.get("X-Request-ID"),
  });
}

/** The events of a text/event-stream answer, as {event, data}, data parsed from JSON. */
export async function* readEvents(response) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = "";
  for (;;) {
    const { done, value } = await reader.read();
    buffer += value ?? "";
    const blocks = buffer.split(/\r\n\r\n|\n\n|\r\r/);
    buffer = done ? "" : blocks.pop();
    for (const block of blocks) {
      const event = toEvent(block);
      if (event) yield event;
    }
    if (done) return;
  }
}

function toEvent(block) {
  let event = "message";
  const data = [];
  for (const line of block.split(/\r\n|\n|\r/)) {
    const [, name, value] = line.match(/^([^:]*):? ?(.*)$/s) ?? [];
    if (name === "event") event = value;
    else if (name === "data") data.push(value);
  }
  return data.length ? { event, data: JSON.parse(data.join("\n")) } : null;
}
