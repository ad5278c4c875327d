/** Which words does the chat itself say? A page may replace any of them: `chat.words = { send: "Senden" }`. */

export const WORDS = {
  title: "Chat",
  automated: "You are talking to an automated assistant.",
  withPerson: "You are writing with a person.",
  conversation: "Conversation",
  placeholder: "Write a message",
  compose: "Your message",
  send: "Send",
  hint: "Enter sends, Shift+Enter starts a new line",
  greeting: "How can we help?",
  suggestions: "You could ask",
  speakers: { customer: "You", agent: "Assistant", person: "Colleague", runtime: "Notice" },
  roles: { agent: "customer service", supervisor: "supervisor" },
  sending: "Sending…",
  notSent: "Not sent.",
  tryAgain: "Try again",
  thinking: "Working on it…",
  newMessages: "New messages",
  plan: "What I am doing",
  steps: (done, all) => `${done} of ${all} steps`,
  stepDone: "done",
  stepOpen: "to do",
  stepFailed: "did not work",
  choices: "You can answer",
  opens: (title) => `${title} (opens in a new tab)`,
  total: "Total",
  confirm: "Confirm",
  decline: "Decline",
  takeBack: "Take it back",
  deciding: "Sending your decision…",
  codeLabel: "One-time code",
  codeAsked: (sentTo) => `Enter the six-digit code we sent${sentTo ? ` to ${sentTo}` : ""}:`,
  codeSend: "Submit the code",
  codeAgain: "Send me a new code",
  expiresIn: (left) => `Expires in ${left}`,
  cardStates: {
    confirmed: "You confirmed this.",
    declined: "You declined this. Nothing was changed.",
    takenBack: "You took this back. What had begun is undone.",
    void: "No longer valid.",
    expired: "Expired. Nothing was changed.",
    held: "A colleague looks at this first. Nothing happens meanwhile.",
  },
  approvalStates: {
    awaited: ({ approvers, approvals }) =>
      approvers > 1
        ? `You confirmed this. ${approvers} colleagues have to approve it; ${approvals ?? 0} did.`
        : "You confirmed this. A colleague has to approve it.",
    approved: "Confirmed by you and approved.",
    denied: "Not approved. Nothing was changed.",
    expired: "Not approved in time. Nothing was changed.",
  },
  awaited: {
    waiting_for_code: "Waiting for your one-time code",
    waiting_for_confirmation: "Waiting for your confirmation",
    waiting_for_approval: (role) => `Waiting for approval by a ${role || "colleague"}`,
    waiting_for_person: "Waiting for a colleague, who sees everything written so far",
    claimed: (role) => `A colleague (${role}) is with you`,
    waiting_for_company: "Waiting for an answer from our systems; I'll write first",
  },
  handoff: {
    waiting: "Your request was handed to a colleague.",
    requeued: "Your request is back in the queue; another colleague will take over.",
    claimed: (role) => `A colleague (${role}) has joined.`,
    returned: "The automated assistant is back.",
  },
  closed: "This conversation is closed.",
  followOn: "The earlier conversation was closed. This is a new one.",
  startNew: "Start a new conversation",
  followUp: "Write about this again",
  followsUp: "This goes on from the conversation above.",
  signInAgain: "Sign in again",
  signInExpired: "Your sign-in has expired. Nothing you wrote is lost.",
  signInFailed: "Signing in did not work.",
  reconnecting: "The connection was lost. Trying to reach us again…",
  unreachable: "We could not be reached.",
  couldNotDecide: "Your decision could not be sent.",
  openRequests: "You can go on with what is open:",
  goOn: ({ title, age_seconds }) => `${title || "Your open conversation"}, ${ago(age_seconds)}`,
  source: (sources) => `Source: ${sources}`,
  sources: (number) => `${number} sources`,
  noCost: "no cost",
};

/** How long ago something was, in the largest whole unit. */
function ago(seconds = 0) {
  const units = [["day", 86_400], ["hour", 3_600], ["minute", 60]];
  const [unit, size] = units.find(([, size]) => seconds >= size) ?? ["", 1];
  if (!unit) return "just now";
  const count = Math.floor(seconds / size);
  return `${count} ${unit}${count === 1 ? "" : "s"} ago`;
}

/** The default words with a page's own in their place, one level deep. */
export function withWords(own = {}) {
  const merged = { ...WORDS };
  for (const [name, value] of Object.entries(own)) {
    merged[name] = typeof value === "object" && value !== null ? { ...WORDS[name], ...value } : value;
  }
  return merged;
}
