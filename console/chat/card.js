/** What does the customer confirm? A card with exactly these lines, decided once, in time. */

import { now } from "./clock.js";
import { make, setText } from "./elements.js";

let cards = 0;

/** Make the card's element. `decide(decision)` gets `confirm` or `decline`; `enter(digits)` a one-time code, or "" for a new one. */
export function makeCard(words, decide, enter) {
  const id = `card-${(cards += 1)}`;
  const parts = {
    title: make("h3", { id, class: "card-title" }),
    lines: make("dl", { class: "card-lines" }),
    total: make("p", { class: "card-total", hidden: true }, make("span", {}, words.total), make("strong")),
    state: make("p", { class: "card-state", hidden: true }),
    timer: make("p", { class: "card-timer", role: "timer", "aria-live": "off" }),
    problem: make("p", { class: "card-problem", role: "alert", hidden: true }),
    confirm: make("button", { type: "button", class: "primary", onclick: () => decide("confirm") }, words.confirm),
    decline: make("button", { type: "button", class: "plain", onclick: () => decide("decline") }, words.decline),
  };
  parts.back = make("button", { type: "button", class: "link", hidden: true, onclick: () => decide("decline") }, words.takeBack);
  const buttons = make("div", { class: "card-buttons" }, parts.confirm, parts.decline);
  parts.code = makeCodeForm(words, enter);
  const { title, lines, total, timer, problem, state, code } = parts;
  const element = make(
    "section",
    { class: "card", role: "group", "aria-labelledby": id },
    title, lines, total, problem, code.form, buttons, timer, state, parts.back,
  );
  return { element, parts, buttons };
}

/** A field for the six digits; it is emptied as soon as they are sent. */
function makeCodeForm(words, enter) {
  const input = make("input", {
    type: "text", inputmode: "numeric", autocomplete: "one-time-code", maxlength: "7", pattern: "[0-9 ]{6,7}",
    required: true, "aria-label": words.codeLabel,
  });
  const hint = make("span");
  const send = make("button", { type: "submit", class: "primary" }, words.codeSend);
  const again = make("button", { type: "button", class: "link", onclick: () => enter("") }, words.codeAgain);
  const form = make("form", { class: "card-code", hidden: true }, make("label", {}, hint, input), send, again);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    enter(input.value.replaceAll(" ", ""));
    input.value = "";
  });
  return { form, hint, controls: [input, send, again] };
}

/**
 * Show the card's values. `open` is true for the latest card only, while it waits for the customer; `carried` for one
 * that is confirmed and not carried out yet; `held` while a person has the request, so that nothing can be decided.
 */
export function showCard({ element, parts, buttons }, card, { open, carried, held }, words) {
  const expired = open && hasExpired(card);
  const usable = open && !expired && !card.deciding && !held;
  const state = open && !expired && held ? words.cardStates.held : closingWords(card, open && !expired, words);
  element.dataset.state = cardState(card, open && !expired);
  setText(parts.title, card.title ?? "");
  showLines(parts.lines, card.lines ?? []);
  parts.total.hidden = !card.total;
  setText(parts.total.lastChild, card.total ?? "");
  const awaitsCode = card.state === "code";
  parts.code.form.hidden = !open || expired || !awaitsCode;
  setText(parts.code.hint, words.codeAsked(card.sent_to ?? ""));
  for (const control of parts.code.controls) control.disabled = !usable;
  parts.confirm.hidden = awaitsCode;
  buttons.hidden = !open || expired;
  for (const button of [parts.confirm, parts.decline]) button.disabled = !usable;
  parts.back.hidden = !carried;
  parts.back.disabled = Boolean(card.deciding);
  parts.problem.hidden = !card.problem;
  setText(parts.problem, card.problem);
  parts.state.hidden = !state;
  setText(parts.state, state);
  showTimer(parts.timer, card, usable, words);
}

/** Whether the time to confirm is over; the gateway's own verdict comes as an event. */
export function hasExpired(card) {
  const end = Date.parse(card.expires_at);
  return Number.isFinite(end) && end <= now();
}

/** Show how long the card stays valid. */
export function showTimer(timer, card, usable, words) {
  const left = Date.parse(card.expires_at) - now();
  timer.hidden = !usable || !Number.isFinite(left);
  if (!timer.hidden) setText(timer, words.expiresIn(duration(left)));
}

function showLines(list, lines) {
  const shown = lines.flatMap(({ label, value }) => [make("dt", {}, String(label)), make("dd", {}, String(value))]);
  if (list.childElementCount !== shown.length || shown.some((one, at) => one.textContent !== list.children[at].textContent)) {
    list.replaceChildren(...shown);
  }
}

function cardState(card, open) {
  if (open) return "open";
  if (card.approval === "denied" || card.takenBack) return "declined";
  if (card.approval === "void") return "void";
  if (card.state === "confirmed" && card.approval !== "expired") return "confirmed";
  return card.state === "open" || card.state === "code" ? "void" : card.state;
}

function closingWords(card, open, words) {
  const waits = card.state === "open" || card.state === "code";
  if (waits && card.deciding) return words.deciding;
  if (open) return "";
  if (waits) return hasExpired(card) ? words.cardStates.expired : words.cardStates.void;
  if (card.takenBack) return words.cardStates.takenBack;
  if (card.state === "void" || card.approval === "void") return words.cardStates.void;
  const approval = card.approval && words.approvalStates[card.approval];
  return (typeof approval === "function" ? approval(card) : approval) || words.cardStates[card.state] || "";
}

function duration(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
