/** Who is writing? The demo's page: a customer switch, sentences to click, and which model answers. */

const VISITOR = { customer_id: "", name: "A visitor", tier: "not signed in", story: "", sentences: ["Hi there", "I want a person"] };
const CHOSEN = "handrail:demo:person";

const chat = document.querySelector("handrail-chat");
const wide = matchMedia("(min-width: 56.01em)");
let company = null;
let chosen = VISITOR;
const element = (id) => document.getElementById(id);

await customElements.whenDefined("handrail-chat");
const demo = await fetchJson(new URL("../demo/people", import.meta.url));
chat.tokenSource = demo ? fetchToken : null;
chat.setAttribute("model-note", await modelNote());
if (demo) {
  const companies = (demo.companies ?? [{ people: demo.people }]).map(withPeople);
  const wanted = new URLSearchParams(location.search).get("as") ?? sessionStorage.getItem(CHOSEN) ?? "";
  showCompanies(companies);
  chooseCompany(companies.find(({ people }) => wanted && people.some(isCalled(wanted))) ?? companies[0], wanted);
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
    body: JSON.stringify({ customer_id: person, pack: chat.getAttribute("pack") }),
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

/** The company with everybody whom one may be there: a visitor first, then its story people. */
function withPeople(one) {
  const visitor = { ...VISITOR, ...one.visitor };
  return { ...one, people: [visitor, ...(one.people ?? []).map((person) => told(person, visitor))] };
}

function told(person, visitor) {
  const name = person.name ?? `${person.first_name} ${person.last_name}`;
  const own = person.sentences ?? [person.says];
  const anybody = [visitor.sentences[1], visitor.sentences.at(-1)];
  return { ...person, name, sentences: [...new Set(["Hi there", ...own, ...anybody])] };
}

function isCalled(id) {
  return (person) => person.customer_id === id;
}

/** One button a company; where there is only one, nothing is to be chosen. */
function showCompanies(companies) {
  const buttons = companies.map((one) => {
    const button = document.createElement("button");
    button.type = "button";
    button.dataset.pack = one.pack;
    button.textContent = one.company;
    button.addEventListener("click", () => {
      chooseCompany(one, "");
      element("switch").open = true; // a person of that company comes next
    });
    return button;
  });
  element("companies").replaceChildren(...buttons);
  element("companies").hidden = companies.length < 2;
}

function chooseCompany(one, wanted) {
  company = one;
  for (const button of element("companies").children) {
    button.setAttribute("aria-pressed", String(button.dataset.pack === company.pack));
  }
  if (company.pack) {
    chat.setAttribute("pack", company.pack);
    chat.setAttribute("company", company.company);
    element("company").textContent = company.company;
    document.title = `${company.company} · Chat`;
  }
  showPeople(company.people);
  choose(company.people.find(isCalled(wanted)) ?? company.people[0]);
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
  element("mailbox").open = false;
  element("mailbox").hidden = !person.customer_id;
  fold();
  chat.setAttribute("person", person.customer_id);
  requestAnimationFrame(() => element("people").querySelector("[aria-pressed=true]")?.scrollIntoView({ block: "nearest" }));
}

/** The demo customer's own mail, where a one-time code arrives; nothing of it reaches the chat by itself. */
async function readMail() {
  const who = chosen.customer_id;
  const query = new URLSearchParams({ customer_id: who, pack: chat.getAttribute("pack") });
  const found = who ? await fetchJson(new URL(`../demo/mailbox?${query}`, import.meta.url)) : null;
  if (who === chosen.customer_id) element("letter").textContent = found?.letters[0]?.text ?? "Nothing yet.";
}
element("mailbox").addEventListener("toggle", () => element("mailbox").open && readMail());
element("fetch-mail").addEventListener("click", readMail);
chat.addEventListener("handrail-code", () => {
  if (element("mailbox").open) readMail();
  else element("mailbox").open = true;
});

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
