/** How does one person's chat run? It restores, sends in order, follows the request, and says what is in the way. */

import { Conversation, decided } from "./conversation.js";
import { follow } from "./events.js";
import { Gateway, Refusal, SignInFailed, Unreachable } from "./gateway.js";
import { Memory } from "./memory.js";

const LONGEST_REPLAY = 2_000;
/** Events. A longer request is shown from its transcript alone. */
const PATIENCE = 2;
/** Failed connections before the customer is told. */

/** `changed()` is called after every change; what is in the way stands in `trouble`: null, or {kind, detail}. */
export class Session {
  conversation = new Conversation();
  trouble = null;
  /** Open requests of a returning customer, until one is chosen or something is written. */
  offers = [];
  #pack;
  #person;
  #gateway;
  #memory;
  #changed;
  #words;
  #life = new AbortController();
  #following = null;
  #ready = Promise.resolve();
  #sending = false;
  #rebuilt = null;
  #refetching = false;
  /** Messages of the outbox when the page loaded: the gateway may have taken them before. */
  #restored = new Set();

  constructor({ base, pack, person, tokenSource, words, changed }) {
    this.#pack = pack;
    this.#person = person;
    this.#gateway = new Gateway(base, person, tokenSource);
    this.#memory = new Memory(pack, person);
    this.#words = words;
    this.#changed = changed;
  }

  get requestId() {
    return this.#memory.request;
  }

  /** Show what was there before, and send what was not answered for. */
  async start() {
    for (const { id, text } of this.#memory.outbox) {
      this.#restored.add(id);
      this.conversation.type(id, text);
    }
    await this.#prepare(async () => {
      if (this.requestId) await this.#restore();
      else if (this.#person) await this.#findOpenRequests();
    });
    await this.#send();
  }

  stop() {
    this.#life.abort();
    this.#following?.abort();
  }

  /** Write a message: it is shown at once, and sent when those before it are. */
  say(text) {
    const message = { id: crypto.randomUUID(), text };
    this.offers = [];
    if (this.conversation.closed) this.#leave(null, this.requestId);
    this.#memory.put(message);
    this.conversation.type(message.id, text);
    this.#rebuilt?.adoptTyped(this.conversation);
    this.#changed();
    return this.#send();
  }

  sendAgain({ id, text }) {
    this.#memory.put({ id, text });
    this.conversation.mark(id, "sending");
    this.#changed();
    return this.#send();
  }

  /** Leave the request; the next message opens a new one. */
  startNew() {
    this.#leave(null);
    this.conversation = new Conversation();
    this.#changed();
  }

  /** Leave a closed request; the next message opens one that goes on from it. */
  followUp() {
    this.#leave(this.#words.followsUp, this.requestId);
  }

  /** Go on with an open request from another day or device. */
  async goOn(requestId) {
    this.offers = [];
    this.#memory.request = requestId;
    await this.#prepare(() => this.#restore());
  }

  /** Get a new token, then go on where the old one ended. */
  async signInAgain() {
    this.#gateway.signOut();
    this.trouble = null;
    await this.#prepare(async () => {
      if (this.requestId && !this.#following) await this.#restore();
    });
    await this.#send();
  }

  /** Send a one-time code, or ask for a new one. Unlike a message it is kept nowhere here, not even until it is sent. */
  async enter(card, digits) {
    const message = { id: crypto.randomUUID(), text: digits || this.#words.codeAgain };
    this.conversation.type(message.id, digits.replace(/\d/g, "•") || message.text);
    this.conversation.change(card, { deciding: "code", problem: "" });
    this.#changed();
    try {
      await this.#gateway.write(this.requestId, message, this.#life.signal);
      this.conversation.change(card, { deciding: null });
      this.conversation.arrived(message.id);
    } catch (error) {
      if (this.#life.signal.aborted) return;
      this.conversation.untype(message.id);
      const told = error instanceof Refusal && !error.passes ? error.message : this.#words.couldNotDecide;
      this.conversation.change(card, { deciding: null, problem: told });
      if (error instanceof Refusal && error.status === 401) this.#note(error);
    }
    this.#changed();
  }

  async decide(card, decision) {
    const conversation = this.conversation;
    conversation.change(card, { deciding: decision, problem: "" });
    this.#changed();
    try {
      const answer = await this.#gateway.decide(this.requestId, card, decision, this.#life.signal);
      if (card.carrying && decision === "decline") conversation.change(card, { carrying: false, takenBack: true });
      else if (answer.decision && ["open", "code"].includes(card.state)) conversation.change(card, decided(answer.decision));
      conversation.change(card, { deciding: null });
    } catch (error) {
      if (this.#life.signal.aborted) return;
      const told = error instanceof Refusal && !error.passes ? error.message : this.#words.couldNotDecide;
      conversation.change(card, { deciding: null, problem: told });
      if (error instanceof Refusal && error.status === 401) this.#note(error);
    }
    this.#changed();
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    try {
      await this.#ready;
      while (this.#memory.outbox.length && !this.#life.signal.aborted) {
        if (!(await this.#sendOne(this.#memory.outbox[0]))) break;
      }
    } finally {
      this.#sending = false;
    }
  }

  /** Answers whether the next one may be sent. */
  async #sendOne({ id, text }) {
    try {
      await this.#deliver({ id, text });
    } catch (error) {
      if (this.#life.signal.aborted) return false;
      if (error instanceof Refusal && this.requestId && (error.code === "closed" || error.status === 404)) {
        this.#leave(this.#words.followOn, error.code === "closed" ? this.requestId : null);
        return true;
      }
      if (!(error instanceof Refusal) || error.status === 401) this.#note(error);
      if (this.trouble?.kind.startsWith("sign-in")) return false;
      this.#memory.drop(id);
      this.#mark(id, "failed", error.message);
      return true;
    }
    this.#memory.drop(id);
    if (this.conversation.arrived(id)) this.#changed();
    return true;
  }

  async #deliver(message) {
    if (this.requestId) {
      const { replayed } = await this.#gateway.write(this.requestId, message, this.#life.signal);
      if (replayed && this.#restored.has(message.id)) this.#untype(message.id);
    } else {
      const opened = await this.#gateway.open(this.#pack, message, this.#memory.follows, this.#life.signal);
      this.#memory.request = opened.request_id;
    }
    if (this.trouble?.kind === "unreachable") this.trouble = null;
    if (!this.#following) this.#follow();
  }

  #untype(id) {
    this.conversation.untype(id);
    this.#changed();
  }

  #mark(id, delivery, problem = "") {
    this.conversation.mark(id, delivery, problem);
    this.#changed();
  }

  /** The next message opens a request; `follows` is the closed one that it goes on from. */
  #leave(note, follows = null) {
    this.#following?.abort();
    this.#following = null;
    this.#rebuilt = null;
    this.#memory.request = null;
    this.#memory.follows = follows;
    this.conversation = this.conversation.followOn(note);
    this.#changed();
  }

  async #findOpenRequests() {
    this.offers = (await this.#gateway.openRequests(this.#pack, this.#life.signal)).slice(0, 3);
  }

  /** The transcript at once; then the same again from the events, with cards, banners, costs and unfinished sentences. */
  async #restore() {
    let snapshot;
    try {
      snapshot = await this.#gateway.look(this.requestId, this.#life.signal);
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 404) throw error;
      this.#memory.request = null;
      return;
    }
    const restored = Conversation.restored(snapshot);
    restored.adoptTyped(this.conversation);
    this.conversation = restored;
    if (snapshot.last_event > 0 && snapshot.last_event <= LONGEST_REPLAY) {
      this.#rebuilt = Conversation.replaying(snapshot);
    }
    this.#changed();
    this.#follow();
  }

  #follow() {
    const request = this.requestId;
    const following = new AbortController();
    this.#following = following;
    follow({
      after: (this.#rebuilt ?? this.conversation).lastEvent,
      connect: (after, signal) => this.#gateway.events(request, after, signal),
      take: (event) => this.#take(event),
      trouble: (attempts) => this.#connection(attempts),
      signal: following.signal,
    })
      .catch((error) => this.#note(error))
      .finally(() => {
        if (this.#following === following) this.#following = null;
        this.#changed();
      });
  }

  #take(event) {
    const conversation = this.#rebuilt ?? this.conversation;
    conversation.apply(event);
    if (this.#rebuilt && !this.#rebuilt.replaysOldEvents) {
      this.#rebuilt.adoptTyped(this.conversation);
      this.conversation = this.#rebuilt;
      this.#rebuilt = null;
    }
    if (this.conversation.missing > 0 && event.type === "status" && event.data.state !== "received") this.#fill();
    this.#changed();
    return event.type === "closed";
  }

  /** Fetch messages that were typed elsewhere, or entered the transcript only now. */
  async #fill() {
    if (this.#refetching) return;
    this.#refetching = true;
    try {
      this.conversation.fill(await this.#gateway.look(this.requestId, this.#life.signal));
    } catch (error) {
      this.#note(error);
    } finally {
      this.#refetching = false;
      this.#changed();
    }
  }

  #connection(attempts) {
    if (attempts === 0 && this.trouble?.kind === "connection") this.trouble = null;
    else if (attempts >= PATIENCE && !this.trouble) this.trouble = { kind: "connection", detail: "" };
    this.#changed();
  }

  /** Do what comes before sending: what is typed meanwhile is shown, and waits. */
  async #prepare(work) {
    this.#ready = work().catch((error) => this.#note(error));
    await this.#ready;
    this.#changed();
  }

  #note(error) {
    if (this.#life.signal.aborted) return;
    if (error instanceof Refusal && error.status === 401) this.trouble = { kind: "sign-in", detail: "" };
    else if (error instanceof SignInFailed) this.trouble = { kind: "sign-in-failed", detail: "" };
    else if (error instanceof Unreachable) this.trouble = { kind: "unreachable", detail: "" };
    else if (error instanceof Refusal) this.trouble = { kind: "refused", detail: error.message };
    else console.error(error);
    this.#changed();
  }
}
