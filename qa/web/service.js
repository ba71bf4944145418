// The service this page came from. Addresses are relative, so that it may also live below a path of a proxy.

const KEY = "qa.key";
// sessionStorage: a key is gone with its tab, and no other site or tab reads it.
export const keepKey = key => sessionStorage.setItem(KEY, key);

/** What went wrong, as the service says it (RFC 9457): title, detail, status (0: no reply, or half of one), request_id. */
export class Problem extends Error {
  constructor({ title, detail, status = 0, request_id = "" }) {
    super(detail);
    Object.assign(this, { title, detail, status, request_id });
  }
}

let keyAsked = null;
let askForKey = problem => Promise.reject(problem);
/** ask: takes the problem of status 401; what it promises is awaited, then the request is sent again. */
export function whenKeyIsNeeded(ask) { askForKey = ask; }

export const json = async (path, options) => (await send(path, options)).json();
export const erase = path => send(path, { method: "DELETE" });
export const article = (id, version) => {
  const path = id.split("/").map(encodeURIComponent).join("/"); // some proxies refuse %2F
  return json(`v1/articles/${path}${version ? `?version=${encodeURIComponent(version)}` : ""}`);
};

/** A question as it is sent, and sent again: with a key of its own the service answers it once, also if a reply is lost. */
export const request = body => ({ body: { ...body, stream: true }, key: random() });
// randomUUID is for secure contexts alone, and this page may be served over plain HTTP.
const random = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), byte => byte.toString(16).padStart(2, "0")).join("");

/** The events of an answer, `{name, data}`; errors, also those on the way, are thrown as problems. */
export async function* asked({ body, key }, signal) {
  const response = await send("v1/chat", { method: "POST", body, signal, once: key });
  for await (const event of events(response, signal)) {
    if (event.name === "error") throw new Problem(event.data);
    yield event;
    if (event.name === "done") return;
  }
  throw BROKEN_OFF();
}

async function send(path, { method = "GET", body, signal, once } = {}) {
  for (;;) {
    const response = await reached(path, { method, signal, headers: headers(body, once), body: body && JSON.stringify(body) });
    if (response.ok) return response;
    const problem = await problemOf(response);
    if (problem.status !== 401) throw problem;
    // One form for all requests that wait for a key.
    keyAsked ??= askForKey(problem).finally(() => { keyAsked = null; });
    await Promise.race([keyAsked, aborted(signal)]);
  }
}

function headers(body, once) {
  const key = sessionStorage.getItem(KEY);
  return {
    ...(body && { "Content-Type": "application/json" }),
    ...(once && { "Idempotency-Key": once }),
    ...(key && { Authorization: `Bearer ${key}` }),
  };
}

async function reached(path, options) {
  try {
    return await fetch(path, { ...options, cache: "no-store" });
  } catch (error) {
    throw known(error, NOT_REACHED);
  }
}

/** The problem object of a reply; where something else replied, what can be said without one. */
async function problemOf(response) {
  const said = await response.json().catch(() => null);
  return new Problem({
    title: `Status ${response.status}`,
    detail: "The reply is not of this service: something between it and this page answered. Ask whoever runs it.",
    status: response.status,
    request_id: response.headers.get("X-Request-Id") || "",
    ...said,
  });
}

const aborted = signal => new Promise((_, reject) => {
  signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
});

async function* events(response, signal) {
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let held = "";
  for (;;) {
    const { value, done } = await reader.read().catch(error => { throw known(error, BROKEN_OFF); });
    if (done) return;
    const blocks = (held + value).split("\n\n");
    held = blocks.pop();
    for (const block of blocks) {
      signal.throwIfAborted(); // what had come before the reader pressed Esc
      const event = eventOf(block);
      if (event) yield event;
    }
  }
}

/** One block of a stream of events; null for a comment, which only keeps the line open. */
function eventOf(block) {
  const fields = Object.fromEntries(block.split("\n").map(line => line.split(/: ?(.*)/s, 2)));
  return fields.data ? { name: fields.event, data: JSON.parse(fields.data) } : null;
}

/** That the reader stopped it stays as it is; of anything else, fetch tells a page next to nothing. */
const known = (error, problem) => (error.name === "AbortError" ? error : problem());
const NOT_REACHED = () => new Problem({
  title: "The service cannot be reached",
  detail: "See that it runs (`qa serve`) and that the network is up, then try again.",
});
const BROKEN_OFF = () => new Problem({
  title: "The answer broke off",
  detail: "The connection ended before the answer did, so it may lack its end. Try again.",
});
