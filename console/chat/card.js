/** What does the customer confirm? A card with exactly these lines, decided once, in time. */

import { now } from "./clock.js";
import { make, setText } from "./elements.js";

let cards = 0;

/** Make the card's element. `decide(decision)` is called with `confirm` or `decline`. */
export function makeCard(words, decide) {
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
  const buttons = make("div", { class: "card-buttons" }, parts.confirm, parts.decline);
  const { title, lines, total, timer, problem, state } = parts;
  const element = make(
    "section",
    { class: "card", role: "group", "aria-labelledby": id },
    title, lines, total, problem, buttons, timer, state,
  );
  return { element, parts, buttons };
}

/** Show the card's values. `open` is false for every card but the latest that still waits for the customer. */
export function showCard({ element, parts, buttons }, card, open, words) {
  const expired = open && hasExpired(card);
  const usable = open && !expired && !card.deciding;
  const state = closingWords(card, open && !expired, words);
  element.dataset.state = cardState(card, open && !expired);
  setText(parts.title, card.title ?? "");
  showLines(parts.lines, card.lines ?? []);
  parts.total.hidden = !card.total;
  setText(parts.total.lastChild, card.total ?? "");
  buttons.hidden = !open || expired;
  for (const button of [parts.confirm, parts.decline]) button.disabled = !usable;
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
  if (card.approval === "denied") return "declined";
  if (card.state === "confirmed" && card.approval !== "expired") return "confirmed";
  return card.state === "open" ? "void" : card.state;
}

function closingWords(card, open, words) {
  if (card.state === "open" && card.deciding) return words.deciding;
  if (open) return "";
  if (card.state === "open") return hasExpired(card) ? words.cardStates.expired : words.cardStates.void;
  if (card.state === "void") return words.cardStates.void;
  return (card.approval && words.approvalStates[card.approval]) || words.cardStates[card.state] || "";
}

function duration(milliseconds) {
  const seconds = Math.max(0, Math.ceil(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const two = (number) => String(number).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
