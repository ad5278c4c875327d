/** How does the chat follow a request? EventSource cannot send a token, so the stream is fetched and read by hand. */

import { backOff, pause, Refusal } from "./gateway.js";

const SILENCE = 45_000;
/** Without a byte for so long (the gateway sends a comment every 15 s) a connection counts as dead. */

/** Split a stream of text into server-sent events: {id, event, data}, as the standard says. */
export class EventParser {
  #buffer = "";
  #fields = { data: [] };
  #id = "";

  /** Take a piece of text; return the events that it completes. */
  feed(piece) {
    const complete = [];
    const lines = (this.#buffer + piece).split(/\r\n|\n|\r(?!$)/);
    this.#buffer = lines.pop();
    for (const line of lines) {
      if (line === "") {
        if (this.#fields.data.length) complete.push(this.#dispatch());
        this.#fields = { data: [] };
      } else {
        this.#take(line);
      }
    }
    return complete;
  }

  #dispatch() {
    return { id: this.#id, event: this.#fields.event || "message", data: this.#fields.data.join("\n") };
  }

  #take(line) {
    const colon = line.indexOf(":");
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (name === "data") this.#fields.data.push(value);
    else if (name === "event") this.#fields.event = value;
    else if (name === "id" && !value.includes("\0")) this.#id = value;
  }
}

/**
 * Follow a request until it is closed, the signal ends it, or the gateway refuses for good (thrown).
 *
 * `connect(after, signal)` opens the stream behind event `after`; `take(event)` gets {n, type, data} and answers whether
 * the request is closed; `trouble(attempts)` is told of each failed connection, and 0 once one stands again.
 */
export async function follow({ after, connect, take, trouble, signal }) {
  let last = after;
  for (let attempts = 0; !signal.aborted; ) {
    try {
      const closed = await readOnce(last, connect, signal, () => trouble((attempts = 0)), (event) => {
        if (event.n <= last) return false;
        last = event.n;
        return take(event);
      });
      if (closed) return;
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Refusal && !error.passes) throw error;
    }
    if (signal.aborted) return;
    trouble((attempts += 1));
    await wake(backOff(attempts), signal);
  }
}

async function readOnce(last, connect, signal, connected, take) {
  const one = new AbortController();
  const stop = () => one.abort(signal.reason);
  signal.addEventListener("abort", stop, { once: true });
  let watch;
  const heard = () => {
    clearTimeout(watch);
    watch = setTimeout(() => one.abort(new Error("silence")), SILENCE);
  };
  try {
    heard();
    const answer = await connect(last, one.signal);
    connected();
    return await readAll(answer.body, heard, take);
  } finally {
    clearTimeout(watch);
    signal.removeEventListener("abort", stop);
    one.abort();
  }
}

async function readAll(body, heard, take) {
  const parser = new EventParser();
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return false;
    heard();
    for (const raw of parser.feed(value)) {
      const event = parsed(raw);
      if (event && take(event)) return true;
    }
  }
}

function parsed({ id, event, data }) {
  const n = Number(id);
  if (!Number.isSafeInteger(n)) return null;
  try {
    return { n, type: event, data: JSON.parse(data) };
  } catch {
    return null;
  }
}

/** Wait before the next connection; a network that comes back ends the wait. */
async function wake(milliseconds, signal) {
  const early = new AbortController();
  const stop = () => early.abort();
  addEventListener("online", stop, { once: true });
  signal.addEventListener("abort", stop, { once: true });
  try {
    await pause(milliseconds, early.signal);
  } catch {
    // woken early
  } finally {
    removeEventListener("online", stop);
    signal.removeEventListener("abort", stop);
  }
}
