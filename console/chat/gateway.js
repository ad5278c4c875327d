/** How does the chat speak with the gateway? One call at a time, with the caller's token; refusals are problem+json. */

import { heard } from "./clock.js";

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 8_000;
const LONGEST_RETRY_AFTER = 30_000;
const ATTEMPTS = 6;

/** The gateway said no. `code` ends its problem type, such as `closed` or `token_expired`. */
export class Refusal extends Error {
  constructor(status, problem, retryAfter = 0) {
    super(problem.detail || problem.title || `The answer was ${status}.`);
    this.name = "Refusal";
    this.status = status;
    this.code = String(problem.type || "").split(/[:/]/).pop() || String(status);
    this.retryAfter = retryAfter;
  }

  /** Whether the same call may succeed later. */
  get passes() {
    return this.status === 429 || this.status >= 500 || this.code === "in_progress";
  }
}

/** Nobody answered. */
export class Unreachable extends Error {
  constructor(cause) {
    super("The gateway could not be reached.", { cause });
    this.name = "Unreachable";
  }

  get passes() {
    return true;
  }
}

/** No token could be had. */
export class SignInFailed extends Error {
  constructor(cause) {
    super("Signing in did not work.", { cause });
    this.name = "SignInFailed";
  }
}

/** The calls of the customer's side. `tokenSource(person)` answers a token, or null for a visitor. */
export class Gateway {
  #base;
  #person;
  #tokenSource;
  #token;

  constructor(base, person, tokenSource) {
    this.#base = String(base).replace(/\/+$/, "");
    this.#person = person;
    this.#tokenSource = tokenSource;
  }

  /** Ask for a token again before the next call. */
  signOut() {
    this.#token = undefined;
  }

  /** Open a request; `follows` names the closed one that it goes on from, or null. */
  open(pack, message, follows, signal) {
    const body = { pack, channel: "web", message, ...(follows ? { follows } : {}) };
    return this.#surely("POST", "/v1/requests", { body, headers: { "Idempotency-Key": message.id }, signal });
  }

  write(requestId, message, signal) {
    return this.#surely("POST", `${path(requestId)}/messages`, { body: message, signal });
  }

  decide(requestId, card, decision, signal) {
    const confirm = { set_id: card.set_id, digest: card.digest, decision };
    return this.#surely("POST", `${path(requestId)}/messages`, { body: { confirm }, signal });
  }

  look(requestId, signal) {
    return this.#surely("GET", path(requestId), { signal });
  }

  async openRequests(pack, signal) {
    const answer = await this.#surely("GET", `/v1/requests?mine=open&pack=${encodeURIComponent(pack)}`, { signal });
    return answer.requests ?? [];
  }

  /** The stream of events behind number `after`, as a Response with a body. */
  async events(requestId, after, signal) {
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(after) };
    return this.#fetch("GET", `${path(requestId)}/events`, { headers, signal });
  }

  /** Repeat a call that may pass later. Every POST carries its own id or digest, so that it counts once. */
  async #surely(method, where, options) {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#fetch(method, where, options);
        return { ...(await answer.json()), replayed: answer.headers.get("Idempotent-Replayed") === "true" };
      } catch (error) {
        const refused = error instanceof Refusal || error instanceof Unreachable;
        if (!refused || !error.passes || attempt >= ATTEMPTS) throw error;
        await pause(Math.max(backOff(attempt), error.retryAfter ?? 0), options.signal);
      }
    }
  }

  async #fetch(method, where, { body, headers = {}, signal }) {
    const token = await this.#currentToken();
    const sent = { ...headers };
    if (token) sent.Authorization = `Bearer ${token}`;
    if (body !== undefined) sent["Content-Type"] = "application/json";
    let answer;
    try {
      const payload = body === undefined ? undefined : JSON.stringify(body);
      answer = await fetch(this.#base + where, { method, headers: sent, body: payload, signal, cache: "no-store" });
    } catch (error) {
      if (signal?.aborted) throw error;
      throw new Unreachable(error);
    }
    heard(answer.headers.get("Date"));
    if (!answer.ok) throw await refusal(answer);
    return answer;
  }

  async #currentToken() {
    if (this.#token !== undefined) return this.#token;
    try {
      this.#token = this.#tokenSource ? await this.#tokenSource(this.#person) : null;
    } catch (error) {
      throw new SignInFailed(error);
    }
    return this.#token;
  }
}

async function refusal(answer) {
  const seconds = Number(answer.headers.get("Retry-After"));
  const after = Number.isFinite(seconds) ? Math.min(seconds * 1000, LONGEST_RETRY_AFTER) : 0;
  try {
    return new Refusal(answer.status, (await answer.json()) ?? {}, after);
  } catch {
    return new Refusal(answer.status, {}, after);
  }
}

function path(requestId) {
  return `/v1/requests/${encodeURIComponent(requestId)}`;
}

/** Milliseconds before attempt `attempt + 1`: doubling, with a random part so that many do not come back at once. */
export function backOff(attempt) {
  const longest = Math.min(FIRST_PAUSE * 2 ** (attempt - 1), LONGEST_PAUSE);
  return longest / 2 + Math.random() * (longest / 2);
}

/** Wait; ends early, with the signal's reason, when it is aborted. */
export function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const timer = setTimeout(done, milliseconds);
    function done() {
      signal?.removeEventListener("abort", stop);
      resolve();
    }
    function stop() {
      clearTimeout(timer);
      reject(signal.reason);
    }
    signal?.addEventListener("abort", stop, { once: true });
  });
}
