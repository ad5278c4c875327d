/** What does a tab remember of a person's chat? The request, and messages that nobody has answered for yet. */

/** Kept in the tab's session storage, under one name a pack and person; where it is refused, only in memory. */
export class Memory {
  #name;
  #values = { request: null, follows: null, outbox: [] };

  constructor(pack, person) {
    this.#name = `handrail:${pack}:${person || "visitor"}`;
    try {
      const kept = JSON.parse(sessionStorage.getItem(this.#name) ?? "null");
      if (kept && Array.isArray(kept.outbox)) this.#values = kept;
    } catch {
      // no storage, or not ours: begin anew
    }
  }

  get request() {
    return this.#values.request;
  }

  set request(id) {
    this.#keep({ request: id, follows: null });
  }

  /** The closed request that the next one goes on from. */
  get follows() {
    return this.#values.follows ?? null;
  }

  set follows(id) {
    this.#keep({ follows: id });
  }

  get outbox() {
    return this.#values.outbox;
  }

  /** Keep a message until the gateway has taken it: after a reload it is sent again under the same id. */
  put(message) {
    this.#keep({ outbox: [...this.outbox.filter((one) => one.id !== message.id), message] });
  }

  drop(id) {
    this.#keep({ outbox: this.outbox.filter((one) => one.id !== id) });
  }

  #keep(values) {
    this.#values = { ...this.#values, ...values };
    try {
      sessionStorage.setItem(this.#name, JSON.stringify(this.#values));
    } catch {
      // the values stand in memory
    }
  }
}
