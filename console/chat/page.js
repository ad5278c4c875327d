/** Who is writing? The demo's page: a customer switch, sentences to click, and which model answers. */

const VISITOR = {
  customer_id: "",
  name: "A visitor",
  tier: "not signed in",
  story: "knows a reservation code and a last name",
  sentences: ["Hi there", "How much is an extra bag?", "When does my booking leave?", "I want a person"],
};
const ANYBODY = ["How much is an extra bag?", "I want a person"];
const CHOSEN = "handrail:demo:person";

const chat = document.querySelector("handrail-chat");
const wide = matchMedia("(min-width: 56.01em)");
let chosen = VISITOR;
const element = (id) => document.getElementById(id);

await customElements.whenDefined("handrail-chat");
const demo = await fetchJson(new URL("../demo/people", import.meta.url));
chat.tokenSource = demo ? fetchToken : null;
chat.setAttribute("model-note", await modelNote());
if (demo) {
  const people = [VISITOR, ...demo.people.map(told)];
  showPeople(people);
  const wanted = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(CHOSEN) ?? "";
  choose(people.find((person) => person.customer_id === wanted) ?? VISITOR);
  wide.addEventListener("change", fold);
  element("demo").hidden = false;
}

async function fetchJson(url, options) {
  try {
    const answer = await fetch(url, options);
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

async function fetchToken(person) {
  if (!person) return null;
  const answer = await fetch(new URL("../demo/token", import.meta.url), {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ customer_id: person }),
  });
  if (!answer.ok) throw new Error(`no token: ${answer.status}`);
  return (await answer.json()).token;
}

/** What every screen says of a stand-in; nothing for a real model. */
async function modelNote() {
  if (demo) return demo.model?.stand_in ? demo.model.label : "";
  const ready = await fetchJson(new URL("../readyz", import.meta.url));
  return ready?.model?.startsWith("stand-in") ? ready.model : "";
}

function told(person) {
  const name = person.name ?? `${person.first_name} ${person.last_name}`;
  const own = person.sentences ?? [person.says];
  return { ...person, name, sentences: [...new Set(["Hi there", ...own, ...ANYBODY])] };
}

function showPeople(people) {
  const buttons = people.map((person) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.person = person.customer_id;
    button.append(line("name", person.name, line("tier", person.tier === "none" ? "" : person.tier)), line("story", person.story));
    button.addEventListener("click", () => {
      choose(person);
      chat.focus();
    });
    return button;
  });
  element("people").replaceChildren(...buttons);
}

function line(name, ...content) {
  const span = document.createElement("span");
  span.className = name;
  span.append(...content);
  return span;
}

function choose(person) {
  sessionStorage.setItem(CHOSEN, person.customer_id);
  for (const button of element("people").children) {
    button.setAttribute("aria-pressed", String(button.dataset.person === person.customer_id));
  }
  element("who").textContent = person.customer_id ? person.name : "a visitor";
  showSentences(person.sentences);
  chosen = person;
  fold();
  chat.setAttribute("person", person.customer_id);
}

function showSentences(sentences) {
  const buttons = sentences.map((text) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => chat.say(text));
    return button;
  });
  element("sentences").replaceChildren(...buttons);
}

function fold() {
  element("switch").open = wide.matches;
  chat.suggestions = wide.matches ? [] : chosen.sentences;
}
