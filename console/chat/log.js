/** How do a conversation's items become bubbles, cards and notes? Each element changes only where its item did. */

import { makeCard, showCard, showTimer } from "./card.js";
import { make, setText, webAddress } from "./elements.js";
import { makeParts } from "./parts.js";

const FEW = 2;
const NEAR_END = 80;
/** Pixels from the end of the log within which the reader counts as following it. */

/** The log. `act` has `decide(card, decision)`, `enter(card, digits)`, `sendAgain(item)` and `choose(text)`; `details` shows costs and operators' links. */
export class Log {
  #shown = new Map();
  #act;
  #follows = true;

  constructor(words, act) {
    this.words = words;
    this.details = false;
    this.base = undefined;
    this.#act = act;
    this.list = make("div", { class: "items" });
    this.element = make("div", {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-relevant": "additions text",
      "aria-label": words.conversation,
      tabindex: 0,
    });
    this.newer = make("button", { type: "button", class: "newer", hidden: true, onclick: () => this.toEnd() }, `↓ ${words.newMessages}`);
    this.element.append(this.list);
    new ResizeObserver(() => this.#follows && this.toEnd()).observe(this.element);
    this.element.addEventListener("scroll", () => this.#scrolled(), { passive: true });
  }

  /** Bring the elements in line with the items. What was there before the page loaded is not announced. */
  show(conversation) {
    const { openCard, carriedCard, items, writing, offering, holder } = conversation;
    this.element.setAttribute("aria-live", conversation.replaysOldEvents ? "off" : "polite");
    const keys = new Set(items.map((item) => item.key));
    for (const [key, { element }] of this.#shown) {
      if (!keys.has(key)) (element.remove(), this.#shown.delete(key));
    }
    let place = this.list.firstElementChild;
    let changed = false;
    for (const item of items) {
      const shown = this.#shown.get(item.key) ?? this.#make(item);
      const open = item === openCard || item === offering;
      changed = this.#update(shown, item, { open, carried: item === carriedCard, held: holder !== "agent" }) || changed;
      shown.element.classList.toggle("streaming", item === writing);
      if (shown.element === place) place = place.nextElementSibling;
      else this.list.insertBefore(shown.element, place);
    }
    if (this.#follows) this.toEnd();
    else if (changed) this.newer.hidden = false;
  }

  /** Forget everything that is shown. */
  clear() {
    this.#shown.clear();
    this.list.replaceChildren();
    this.#follows = true;
    this.newer.hidden = true;
  }

  /** Scroll to the newest item. */
  toEnd() {
    this.element.scrollTop = this.element.scrollHeight;
    this.#follows = true;
    this.newer.hidden = true;
  }

  /** Let the open card's time run. */
  tick(card) {
    const shown = this.#shown.get(card.key);
    if (shown) showTimer(shown.parts.timer, card, !card.deciding, this.words);
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    this.#follows = scrollHeight - scrollTop - clientHeight < NEAR_END;
    if (this.#follows) this.newer.hidden = true;
  }

  #make(item) {
    const makers = {
      message: () => this.#makeMessage(item),
      card: () =>
        makeCard(
          this.words,
          (decision) => this.#act.decide(item, decision),
          (digits) => this.#act.enter(item, digits),
        ),
      note: () => ({ element: make("p", { class: "note" }) }),
    };
    const shown = { ...makers[item.kind](), version: 0, open: null };
    if (item.old) shown.element.classList.add("old");
    this.#shown.set(item.key, shown);
    return shown;
  }

  #update(shown, item, { open, carried, held }) {
    const changed = shown.version !== item.version || shown.open !== open;
    if (!changed && item.kind !== "card") return false;
    if (item.kind === "message") this.#showMessage(shown, item, open);
    else if (item.kind === "card") showCard(shown, item, { open, carried, held }, this.words);
    else setText(shown.element, this.#noteText(item));
    shown.version = item.version;
    shown.open = open;
    return changed;
  }

  #makeMessage(item) {
    const parts = {
      speaker: make("p", { class: "speaker" }),
      notice: make("p", { class: "automated", hidden: true }),
      text: make("p", { class: "text", dir: "auto" }),
      shown: make("div", { class: "shown", hidden: true }),
      foot: make("div", { class: "foot", hidden: true }),
    };
    const element = make("article", { class: `message ${item.who}` }, parts.speaker, parts.notice, parts.text, parts.shown, parts.foot);
    return { element, parts };
  }

  #showMessage({ element, parts }, item, open) {
    const role = this.words.roles[item.role] ?? item.role;
    setText(parts.speaker, this.words.speakers[item.who] + (role ? ` · ${role}` : ""));
    parts.speaker.classList.toggle("unseen", item.who === "customer" || item.who === "agent");
    element.dataset.delivery = item.delivery ?? "";
    parts.notice.hidden = !item.notice;
    setText(parts.notice, item.notice ?? "");
    this.#showParts(parts.shown, item, open);
    showSentences(parts.text, item.parts?.filter(Boolean) ?? [item.text]);
    const foot = item.who === "customer" ? this.#delivery(item) : this.#details(item);
    parts.foot.replaceChildren(...foot);
    parts.foot.hidden = foot.length === 0;
  }

  /** Made once, and again when the choices are over: a video that plays is left alone. */
  #showParts(element, item, open) {
    const stands = JSON.stringify([item.shown ?? [], open]);
    if (element.dataset.shows === stands) return;
    element.dataset.shows = stands;
    const made = makeParts(item.shown ?? [], this.words, this.base, open ? (text) => this.#act.choose(text) : null);
    element.replaceChildren(...made);
    element.hidden = made.length === 0;
  }

  #delivery(item) {
    if (item.delivery === "sending") return [this.words.sending];
    if (item.delivery !== "failed") return [];
    const again = make("button", { type: "button", class: "link", onclick: () => this.#act.sendAgain(item) }, this.words.tryAgain);
    return [make("span", { class: "failed", role: "alert" }, `${this.words.notSent} ${item.problem}`), " ", again];
  }

  #details(item) {
    if (!item.done) return [];
    const found = [];
    const sources = (item.sources ?? []).filter((source) => !["the customer", "the confirmation", "removed"].includes(source));
    if (sources.length) found.push(this.#sources(sources));
    const address = this.details ? webAddress(item.temporalUrl) : null;
    if (address) {
      const link = { href: address, target: "_blank", rel: "noopener noreferrer", class: "temporal" };
      found.push(make("a", link, "Temporal"));
    }
    if (this.details && typeof item.cost === "number" && item.who !== "person") {
      found.push(make("span", { class: "cost" }, costText(item.cost, this.words)));
    }
    return found;
  }

  /** A few sources in full; many to unfold. */
  #sources(sources) {
    if (sources.length <= FEW) return make("span", { class: "sources" }, this.words.source(sources.join("; ")));
    const list = make("ul", {}, ...sources.map((source) => make("li", {}, source)));
    return make("details", { class: "sources" }, make("summary", {}, this.words.sources(sources.length)), list);
  }

  #noteText(item) {
    if (item.text) return item.text;
    const { handoff, roles, closed } = this.words;
    const words = item.note === "closed" ? closed : handoff[item.note];
    return typeof words === "function" ? words(roles[item.role] ?? item.role ?? "") : (words ?? "");
  }
}

/** One span a sentence, so that each is announced once, when it comes. */
function showSentences(element, sentences) {
  sentences.forEach((sentence, at) => {
    const span = element.children[at] ?? element.appendChild(make("span"));
    const next = sentences[at + 1];
    const gap = next && /\S$/.test(sentence) && /^\S/.test(next) ? " " : "";
    setText(span, at === sentences.length - 1 ? sentence.trimEnd() : sentence + gap);
  });
  while (element.childElementCount > sentences.length) element.lastElementChild.remove();
}

function costText(dollars, words) {
  if (dollars === 0) return words.noCost;
  if (dollars < 0.0001) return "< $0.0001";
  return `$${dollars.toFixed(dollars < 0.01 ? 4 : 3)}`;
}
