/** What is going on, and who is awaited? The plan's strip above the log, and the line below it. */

import { make, setText } from "./elements.js";

/** The plan: its goal, a bar, and its steps to unfold. */
export class PlanStrip {
  #words;
  #steps = make("ol");
  #goal = make("span", { class: "goal" });
  #count = make("span", { class: "count" });
  #bar = make("progress", { "aria-hidden": "true" });

  constructor(words) {
    this.#words = words;
    const summary = make("summary", {}, make("span", { class: "unseen" }, `${words.plan}: `), this.#goal, this.#count, this.#bar);
    this.element = make("details", { class: "plan", hidden: true }, summary, this.#steps);
  }

  /** Show the plan, or nothing. */
  show(plan) {
    this.element.hidden = !plan?.steps.length;
    if (this.element.hidden) return;
    const done = plan.steps.filter((step) => step.state === "done").length;
    setText(this.#goal, plan.goal || this.#words.plan);
    setText(this.#count, this.#words.steps(done, plan.steps.length));
    this.#bar.max = plan.steps.length;
    this.#bar.value = done;
    this.element.classList.toggle("complete", done === plan.steps.length);
    this.#showSteps(plan.steps);
  }

  #showSteps(steps) {
    const words = { done: this.#words.stepDone, failed: this.#words.stepFailed };
    steps.forEach((step, at) => {
      const row = this.#steps.children[at] ?? this.#steps.appendChild(make("li", {}, make("span"), make("span", { class: "unseen" })));
      row.dataset.state = step.state;
      setText(row.firstChild, step.title);
      setText(row.lastChild, ` (${words[step.state] ?? this.#words.stepOpen})`);
    });
    while (this.#steps.childElementCount > steps.length) this.#steps.lastElementChild.remove();
  }
}

/** One line for each thing that is being done; when nothing is, who is awaited. */
export class NowLine {
  #words;

  constructor(words) {
    this.#words = words;
    this.element = make("div", { class: "now", role: "status", "aria-live": "polite", hidden: true });
  }

  /** Show what the conversation's state says. */
  show(conversation) {
    const busy = conversation.busy ? this.#work(conversation) : [];
    const awaited = busy.length ? "" : awaitedText(conversation, this.#words);
    const texts = busy.length ? busy : [awaited].filter(Boolean);
    this.element.classList.toggle("busy", busy.length > 0);
    this.element.hidden = texts.length === 0;
    texts.forEach((text, at) => setText(this.element.children[at] ?? this.element.appendChild(make("p")), text));
    while (this.element.childElementCount > texts.length) this.element.lastElementChild.remove();
  }

  #work({ tools, statusText }) {
    const doing = [...new Set(tools.values())].filter(Boolean);
    if (doing.length) return doing;
    return [statusText || this.#words.thinking];
  }
}

function awaitedText(conversation, words) {
  const { state, holder, personRole, statusText } = conversation;
  const { awaited, roles } = words;
  if (state === "closed") return "";
  if (holder === "person") return awaited.claimed(roles[personRole] ?? personRole);
  if (holder === "desk") return awaited.waiting_for_person;
  const approval = conversation.awaitedApproval;
  if (approval) return awaited.waiting_for_approval(roles[approval.approvalRole] ?? approval.approvalRole);
  if (state === "waiting_for_approval") return awaited.waiting_for_approval("");
  if (state === "waiting_for_company") return statusText || awaited.waiting_for_company;
  return awaited[state] ?? "";
}
