/** What does the customer see of a request? A fold of its numbered events and of what was typed here. */

import { fitting, joined, plain } from "./sentences.js";

const RESTING = new Set([
  "idle",
  "waiting_for_customer",
  "waiting_for_code",
  "waiting_for_confirmation",
  "waiting_for_approval",
  "waiting_for_person",
  "waiting_for_company",
  "closed",
]);

let count = 0;

/**
 * Items stand in the order in which they are shown. Each has a `key`, a `kind` (message, card, note) and a `version`
 * that grows with every change. The same events make the same items, seen live or replayed after a reload.
 */
export class Conversation {
  items = [];
  lastEvent = 0;
  state = "new";
  statusText = "";
  tools = new Map();
  plan = null;
  holder = "agent";
  personRole = "agent";
  /** The last event that was there when the page loaded: up to it nothing is news. */
  oldUntil = 0;
  /** Messages that the gateway took and whose text is not here: typed in another tab, or not yet in the transcript. */
  missing = 0;
  #begin = 0;
  #typed = [];
  #told = [];

  /** Replay from the first event, with the customer's own words from the transcript. */
  static replaying(snapshot) {
    const conversation = new Conversation();
    conversation.oldUntil = snapshot.last_event;
    conversation.#told = customersLines(snapshot);
    return conversation;
  }

  /** What a look at the request shows, without its past cards and banners. */
  static restored(snapshot) {
    const conversation = new Conversation();
    for (const line of snapshot.transcript ?? []) {
      const { who, text, turn, notice, parts: shown } = line;
      conversation.#add({ kind: "message", who, text, turn, notice, shown, done: true, old: true });
    }
    const card = snapshot.open_confirmation;
    if (card) conversation.#card({ ...card, ...decided(card.state) });
    const steps = Array.isArray(snapshot.plan) ? snapshot.plan : snapshot.plan?.steps;
    if (steps?.length) conversation.plan = { goal: snapshot.goal ?? "", steps };
    conversation.state = snapshot.status === "waiting_for_customer" ? "idle" : snapshot.status;
    conversation.holder = snapshot.holder ?? "agent";
    conversation.lastEvent = snapshot.last_event;
    conversation.oldUntil = snapshot.last_event;
    return conversation;
  }

  /** A new request below what is already there. */
  followOn(note) {
    const next = new Conversation();
    next.items = [...this.items];
    next.#begin = next.items.length;
    next.#typed = this.#typed;
    if (note) next.#add({ kind: "note", text: note });
    for (const item of next.#typed) next.#moveToEnd(item);
    return next;
  }

  get busy() {
    if (this.state === "closed" || this.holder !== "agent") return false;
    if (this.tools.size > 0) return true;
    if (this.state === "waiting_for_confirmation") return this.openCard === null && this.awaitedApproval === null;
    if (this.state === "waiting_for_approval" && this.#settled()) return true;
    return this.state !== "new" && !RESTING.has(this.state);
  }

  /** The bubble that is being written right now. */
  get writing() {
    const last = this.busy ? this.items[this.items.length - 1] : null;
    return last?.call && !last.done ? last : null;
  }

  get closed() {
    return this.state === "closed";
  }

  get replaysOldEvents() {
    return this.lastEvent < this.oldUntil;
  }

  /** The latest card, while it waits for the customer: for a code, or for a decision. */
  get openCard() {
    const cards = this.items.slice(this.#begin).filter((item) => item.kind === "card");
    const last = cards[cards.length - 1];
    return last && (last.state === "open" || last.state === "code") ? last : null;
  }

  /** The card that was confirmed and that an approver or the company still works on: it may be taken back. */
  get carriedCard() {
    if (this.holder !== "agent") return null;
    return this.items.slice(this.#begin).find((item) => item.kind === "card" && item.carrying) ?? null;
  }

  get awaitedApproval() {
    return this.items.slice(this.#begin).find((item) => item.kind === "card" && item.approval === "awaited") ?? null;
  }

  /** The reply whose choices the customer may still use: the last thing said, and nothing was typed since. */
  get offering() {
    const last = this.items.findLast((item) => item.kind === "message");
    return last?.shown?.length && !this.closed && this.items.indexOf(last) >= this.#begin ? last : null;
  }

  /** The customer typed this here; its bubble stands before the gateway has answered. */
  type(id, text) {
    const item = this.#add({ kind: "message", who: "customer", id, text, done: true, delivery: "sending" });
    this.#typed.push(item);
    return item;
  }

  /** Take over what was typed while this conversation was being replayed. */
  adoptTyped(other) {
    for (const { id, text, delivery, problem } of other.#typed) {
      if (!this.items.some((item) => item.id === id)) this.change(this.type(id, text), { delivery, problem });
    }
  }

  /** Take a typed message away, if the gateway's event has not given it its place. */
  untype(id) {
    const item = this.#typed.find((one) => one.id === id);
    this.#typed = this.#typed.filter((one) => one !== item);
    this.items = this.items.filter((one) => one !== item);
  }

  /** The gateway answered that it has this typed message. True where that is news. */
  arrived(id) {
    const isNews = this.items.some((item) => item.id === id && item.delivery === "sending");
    if (isNews) this.mark(id, "sent");
    return isNews;
  }

  /** How far a typed message is: sending, sent or failed, with what the gateway said. */
  mark(id, delivery, problem = "") {
    const item = this.items.find((one) => one.id === id);
    if (!item) return;
    this.change(item, { delivery, problem });
    if (delivery === "failed") this.#typed = this.#typed.filter((one) => one !== item);
    else if (delivery === "sending" && !this.#typed.includes(item)) this.#typed.push(item);
  }

  /** Take over the transcript's messages that are missing here. */
  fill(snapshot) {
    const lines = customersLines(snapshot);
    const seen = this.items.slice(this.#begin).filter((item) => item.who === "customer");
    for (const line of lines.slice(Math.max(0, lines.length - this.missing))) {
      const same = seen.find((one) => one.text === line.text && (one.turn === line.turn || one.delivery === "failed"));
      if (!same) this.#tell(line);
      else if (same.delivery === "failed") this.change(same, { delivery: "sent", turn: line.turn });
    }
    this.missing = 0;
  }

  change(item, values) {
    Object.assign(item, values);
    item.version += 1;
  }

  /** Apply one event {n, type, data}. One whose number was seen already changes nothing. */
  apply({ n, type, data }) {
    if (n <= this.lastEvent) return;
    const folds = {
      status: () => this.#status(data),
      plan: () => this.#plan(data),
      tool: () => this.#tool(data),
      "reply.sentence": () => this.#sentence(data),
      "reply.retract": () => this.#retract(data),
      "reply.done": () => this.#done(data),
      confirm: () => this.#card(data),
      approval: () => this.#approval(data),
      handoff: () => this.#handoff(data),
      closed: () => this.#close(data),
    };
    folds[type]?.();
    this.lastEvent = n;
    if (n >= this.oldUntil) this.#tellUntil(Infinity);
  }

  #status(data) {
    if (data.state === "received") this.#received();
    this.state = data.state;
    this.statusText = data.text ?? "";
    if (RESTING.has(data.state)) this.tools.clear();
    if (RESTING.has(data.state) && data.state !== "waiting_for_approval") this.#carriedOut();
  }

  /** The gateway took a message: one typed here, one of the transcript, or one whose text is not here. */
  #received() {
    if (this.plan?.steps.every((step) => step.state === "done")) this.plan = null;
    if (this.#told.length) this.#tell(this.#told.shift());
    else if (this.#typed.length) this.change(this.#typed.shift(), { delivery: "sent" });
    else this.missing += 1;
  }

  #tell(line) {
    this.#add({ kind: "message", who: "customer", text: line.text, turn: line.turn, done: true });
  }

  #tellUntil(turn) {
    while (this.#told.length && this.#told[0].turn <= turn) this.#tell(this.#told.shift());
  }

  /** What was confirmed is done, or is not: nothing can be taken back any more. */
  #carriedOut() {
    for (const item of this.items) if (item.carrying) this.change(item, { carrying: false });
  }

  #plan({ goal, steps }) {
    this.statusText = "";
    this.plan = { goal: goal ?? "", steps: steps ?? [] };
  }

  #tool({ call, text, state }) {
    this.statusText = "";
    if (state === "started") this.tools.set(call, text);
    else this.tools.delete(call);
  }

  #sentence({ turn, call, index, text, notice }) {
    this.#tellUntil(turn);
    let item = this.#find((one) => one.kind === "message" && one.call === call);
    item ??= this.#add({ kind: "message", who: "agent", turn, call, parts: [], text: "", done: false });
    const parts = [...item.parts];
    parts[index] = text;
    this.change(item, { parts, text: joined(parts), notice: item.notice || notice });
  }

  #retract({ call }) {
    this.items = this.items.filter((item, at) => at < this.#begin || item.call !== call || item.done);
  }

  #done(data) {
    this.#tellUntil(data.turn);
    const said = {
      text: data.text,
      turn: data.turn,
      notice: data.notice,
      shown: data.parts,
      done: true,
      sources: data.sources ?? [],
      cost: data.cost_usd ?? null,
      temporalUrl: data.temporal_url ?? null,
    };
    const streamed = data.by === "agent" ? this.#streamedAs(data) : null;
    const role = data.by === "person" ? this.personRole : "";
    if (streamed) this.change(streamed, { ...said, parts: fitting(streamed.parts, data.text) });
    else this.#beforeOpenCard(this.#add({ kind: "message", who: data.by, role, ...said }));
  }

  /** "Please check the details below" stands above the card that it speaks of. */
  #beforeOpenCard(item) {
    const at = this.items.indexOf(item);
    const card = this.items[at - 1];
    if (item.who !== "person" && card && card === this.openCard) this.items.splice(at - 1, 2, item, card);
  }

  /** The bubble in which the finished reply was streamed: the turn's latest whose words begin it. */
  #streamedAs({ turn, text }) {
    const open = this.items.slice(this.#begin).filter((item) => item.call && item.turn === turn && !item.done);
    return open.reverse().find((item) => plain(text).startsWith(plain(item.text))) ?? null;
  }

  #card(data) {
    const known = this.#find((item) => item.kind === "card" && item.set_id === data.set_id);
    if (known) {
      if (["code", "open"].includes(known.state) && data.state === "open") this.#moveDown(known);
      return this.change(known, { ...data, ...carried(known, data) });
    }
    if (!data.title && !data.lines) return undefined;
    const carrying = data.approval === "awaited";
    return this.#add({ kind: "card", approval: null, deciding: null, problem: "", carrying, takenBack: false, ...data });
  }

  #approval({ set_id, state, role, approvers, approvals }) {
    const card = this.#find((item) => item.kind === "card" && item.set_id === set_id);
    const carrying = state === "awaited" || state === "approved";
    if (card) this.change(card, { approval: state, approvalRole: role, approvers, approvals, carrying });
  }

  #handoff({ state, who }) {
    const before = this.holder;
    this.holder = { waiting: "desk", claimed: "person", returned: "agent" }[state] ?? this.holder;
    if (state === "claimed" && who) this.personRole = who;
    this.tools.clear();
    this.#add({ kind: "note", note: before === "person" && state === "waiting" ? "requeued" : state, role: who });
  }

  #close({ outcome }) {
    this.state = "closed";
    this.tools.clear();
    this.#add({ kind: "note", note: "closed", outcome });
  }

  /** The latest card's approval is there, and what it allows is under way. */
  #settled() {
    const cards = this.items.slice(this.#begin).filter((item) => item.kind === "card" && item.approval);
    return cards.length > 0 && cards[cards.length - 1].approval !== "awaited";
  }

  #find(fits) {
    return this.items.slice(this.#begin).find(fits);
  }

  /** What was typed and is not yet taken stays last: it gets its place when the gateway takes it. */
  #add(values) {
    const item = { key: `i${(count += 1)}`, version: 1, old: this.lastEvent < this.oldUntil, ...values };
    const at = this.#typed.length ? this.items.indexOf(this.#typed[0]) : this.items.length;
    this.items.splice(values.id ? this.items.length : at, 0, item);
    return item;
  }

  /** To the end of what the gateway has told: what may be confirmed now stands below the code that was typed for it. */
  #moveDown(item) {
    this.items = this.items.filter((one) => one !== item);
    const at = this.#typed.length ? this.items.indexOf(this.#typed[0]) : this.items.length;
    this.items.splice(at, 0, item);
  }

  #moveToEnd(item) {
    this.items = [...this.items.filter((one) => one !== item), item];
  }
}

/** What a card's event says of its being carried out: from the confirmation on; and taken back by a later refusal. */
function carried(card, { state }) {
  if (state === "confirmed") return { carrying: true };
  return { carrying: false, takenBack: card.takenBack || (card.state === "confirmed" && state === "declined") };
}

/** A stored set's state, or a decision's answer, as a card shows it. */
export function decided(state) {
  if (state === "awaiting_approval") return { state: "confirmed", approval: "awaited" };
  if (state === "awaiting_code") return { state: "code" };
  return { state: state === "pending" || !state ? "open" : state };
}

function customersLines(snapshot) {
  return (snapshot.transcript ?? []).filter((line) => line.who === "customer");
}
