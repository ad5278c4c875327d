/**
 * `<handrail-chat>`: the customer's chat as one element for any page, without dependencies.
 *
 *   <script type="module" src="https://gateway.example/chat/handrail-chat.js"></script>
 *   <handrail-chat pack="airline" company="Northwind Air" person="C101"></handrail-chat>
 *
 * Attributes: `base-url` (the gateway, also as a path; by default where this script came from), `pack`, `company` (the
 * heading), `person` (under which name this tab remembers the request; none for a visitor), `model-note` (a banner, such as
 * "stand-in model, not an LLM"), `details` (show costs and links for operators).
 * Properties: `tokenSource` (async person → token, or null for a visitor), `suggestions` (sentences to click), `words`.
 * Methods: `say(text)`, `startNew()`, `followUp()`. Events: `handrail-request` ({requestId}), `handrail-sign-in` (the token expired),
 * `handrail-code` (a one-time code is waited for).
 */

import { hasExpired } from "./card.js";
import { make, setText, webAddress } from "./elements.js";
import { Log } from "./log.js";
import { NowLine, PlanStrip } from "./panels.js";
import { Session } from "./session.js";
import { chatStyles } from "./styles.js";
import { withWords } from "./words.js";

class HandrailChat extends HTMLElement {
  static observedAttributes = ["base-url", "pack", "person", "company", "model-note", "details"];

  tokenSource = null;
  #words = withWords();
  #suggestions = [];
  #session = null;
  #parts = null;
  #drawing = false;
  #restarting = false;
  #request = null;
  #codeAsked = "";
  #clock = null;

  set words(own) {
    this.#words = withWords(own);
    if (this.isConnected) this.#build();
  }

  get words() {
    return this.#words;
  }

  set suggestions(sentences) {
    this.#suggestions = [...sentences];
    this.#draw();
  }

  get suggestions() {
    return [...this.#suggestions];
  }

  connectedCallback() {
    if (!this.shadowRoot) {
      this.attachShadow({ mode: "open" });
      this.shadowRoot.adoptedStyleSheets = [chatStyles()];
    }
    this.#build();
    this.#clock = setInterval(() => this.#tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#clock);
    this.#session?.stop();
    this.#session = null;
  }

  attributeChangedCallback(name, before, after) {
    if (!this.#parts || before === after) return;
    if (["base-url", "pack", "person"].includes(name)) this.#restart();
    else this.#draw();
  }

  /** Write a message as the customer. */
  say(text) {
    const written = String(text).trim();
    if (written) this.#session?.say(written);
  }

  /** Leave the conversation and begin an empty one. */
  startNew() {
    this.#session?.startNew();
    this.#parts.log.clear();
    this.#draw();
    requestAnimationFrame(() => this.focus());
  }

  /** Go on about the conversation that was closed. */
  followUp() {
    this.#session?.followUp();
    this.#draw();
    requestAnimationFrame(() => this.focus());
  }

  focus(options) {
    this.#parts?.input.focus(options);
  }

  #build() {
    const words = this.#words;
    const log = new Log(words, {
      decide: (card, decision) => this.#session.decide(card, decision),
      enter: (card, digits) => this.#session.enter(card, digits),
      sendAgain: (item) => this.#session.sendAgain(item),
      choose: (text) => this.say(text),
    });
    const input = make("textarea", { id: "message", rows: 1, placeholder: words.placeholder, maxlength: 4000, autocomplete: "off" });
    input.addEventListener("keydown", (event) => this.#key(event));
    if (!CSS.supports("field-sizing", "content")) {
      input.addEventListener("input", () => (input.rows = Math.min(6, input.value.split("\n").length)));
    }
    const composer = make(
      "form",
      { class: "composer", onsubmit: (event) => this.#submit(event) },
      make("label", { for: "message", class: "unseen" }, `${words.compose}. ${words.hint}`),
      input,
      make("button", { class: "primary", type: "submit" }, words.send),
    );
    this.#parts = {
      log,
      input,
      composer,
      heading: make("h2"),
      notice: make("p", { class: "notice" }),
      model: make("p", { class: "model", role: "note", hidden: true }),
      plan: new PlanStrip(words),
      now: new NowLine(words),
      greeting: make("p", { class: "greeting" }, words.greeting),
      suggestions: make("div", { class: "suggestions", role: "group", "aria-label": words.suggestions }),
      alert: make("div", { class: "alert", role: "alert", hidden: true }),
      ended: make(
        "div",
        { class: "ended", hidden: true },
        make("button", { type: "button", class: "primary", onclick: () => this.followUp() }, words.followUp),
        make("button", { type: "button", class: "plain", onclick: () => this.startNew() }, words.startNew),
      ),
    };
    this.shadowRoot.replaceChildren(this.#frame());
    this.#restart();
  }

  #frame() {
    const { heading, notice, model, plan, log, now, alert, composer, ended, greeting, suggestions } = this.#parts;
    log.element.prepend(greeting, suggestions);
    return make(
      "section",
      { class: "chat", "aria-label": this.#words.title },
      make("header", {}, heading, notice),
      model,
      plan.element,
      make("div", { class: "middle" }, log.element, log.newer),
      now.element,
      alert,
      composer,
      ended,
    );
  }

  /** Begin with this person, pack and gateway; several changed attributes make one beginning. */
  #restart() {
    if (this.#restarting) return;
    this.#restarting = true;
    queueMicrotask(() => {
      this.#restarting = false;
      if (!this.isConnected) return;
      this.#session?.stop();
      this.#parts.log.clear();
      const base = this.#gateway();
      this.#parts.log.base = base;
      this.#session = new Session({
        base,
        pack: this.getAttribute("pack") || "airline",
        person: this.getAttribute("person") || "",
        tokenSource: this.tokenSource,
        words: this.#words,
        changed: () => this.#draw(),
      });
      this.#session.start();
      this.#draw();
    });
  }

  /** Where the gateway is, as a whole address without a slash at its end; what is none stays, and nobody answers there. */
  #gateway() {
    const given = this.getAttribute("base-url") || new URL("../", import.meta.url).href;
    return (webAddress(given, document.baseURI) ?? given).replace(/\/+$/, "");
  }

  #submit(event) {
    event.preventDefault();
    const { input, log } = this.#parts;
    if (!input.value.trim()) return;
    this.say(input.value);
    input.value = "";
    log.toEnd();
    input.focus();
  }

  #key(event) {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) this.#submit(event);
  }

  #tick() {
    const card = this.#session?.conversation.openCard;
    if (!card) return;
    if (hasExpired(card)) this.#draw();
    else this.#parts.log.tick(card);
  }

  /** Draw once a frame, however many events came. */
  #draw() {
    if (this.#drawing || !this.#parts) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      if (this.#session) this.#show(this.#session);
    });
  }

  #show(session) {
    const { conversation } = session;
    const { log, plan, now, heading, notice, model, composer, ended } = this.#parts;
    const words = this.#words;
    setText(heading, this.getAttribute("company") || words.title);
    setText(notice, conversation.holder === "person" ? words.withPerson : words.automated);
    model.hidden = !this.getAttribute("model-note");
    setText(model, this.getAttribute("model-note") ?? "");
    this.#showStart(conversation);
    plan.show(conversation.plan);
    now.show(conversation);
    this.#showTrouble(session);
    composer.hidden = conversation.closed;
    ended.hidden = !conversation.closed;
    log.details = this.hasAttribute("details");
    log.show(conversation);
    this.#announce(session.requestId);
    this.#announceCode(conversation.openCard);
  }

  #showStart(conversation) {
    const { greeting, suggestions } = this.#parts;
    const empty = conversation.items.length === 0;
    greeting.hidden = !empty;
    suggestions.hidden = !empty || this.#suggestions.length === 0;
    const shown = [...suggestions.children].map((button) => button.textContent);
    if (shown.join("\n") === this.#suggestions.join("\n")) return;
    const buttons = this.#suggestions.map((text) => make("button", { type: "button", onclick: () => this.say(text) }, text));
    suggestions.replaceChildren(...buttons);
  }

  /** What is in the way, with the button that helps; or the open requests that one may go on with. */
  #showTrouble(session) {
    const { alert } = this.#parts;
    const words = this.#words;
    const texts = {
      "sign-in": [words.signInExpired, words.signInAgain, () => this.#signIn()],
      "sign-in-failed": [words.signInFailed, words.tryAgain, () => session.signInAgain()],
      connection: [words.reconnecting],
      unreachable: [words.unreachable],
      refused: [session.trouble?.detail],
    };
    const offers = session.offers.map((one) => [words.goOn(one), () => session.goOn(one.request_id)]);
    const [text, ...button] = session.trouble ? texts[session.trouble.kind] : [offers.length ? words.openRequests : ""];
    const buttons = button.length ? [button] : session.trouble ? [] : offers;
    alert.hidden = !text;
    const shows = [text, ...buttons.map(([label]) => label)].join("\n");
    if (alert.dataset.shows === shows) return;
    alert.dataset.shows = shows;
    const made = buttons.map(([label, act]) => make("button", { type: "button", class: "link", onclick: act }, label));
    alert.replaceChildren(...(text ? [make("span", {}, text)] : []), ...made);
  }

  #signIn() {
    this.dispatchEvent(new CustomEvent("handrail-sign-in", { bubbles: true, composed: true }));
    this.#session.signInAgain();
  }

  /** A card waits for a one-time code, perhaps for a new one: the page may help to find it. */
  #announceCode(card) {
    const asked = card?.state === "code" ? `${card.key}.${card.version}` : "";
    const isNew = asked && asked !== this.#codeAsked;
    this.#codeAsked = asked;
    if (isNew) this.dispatchEvent(new CustomEvent("handrail-code", { bubbles: true, composed: true }));
  }

  #announce(requestId) {
    if (requestId === this.#request) return;
    this.#request = requestId;
    this.dispatchEvent(new CustomEvent("handrail-request", { bubbles: true, composed: true, detail: { requestId } }));
  }
}

customElements.define("handrail-chat", HandrailChat);
