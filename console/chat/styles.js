/** What does the chat look like? A constructed style sheet, so that a strict content security policy needs no exception. */

const CSS = `
:host {
  --accent: var(--handrail-accent, #0b57a4);
  --on-accent: var(--handrail-on-accent, #ffffff);
  --surface: #ffffff;
  --back: #f4f6f9;
  --line: #d5dce5;
  --text: #17212e;
  --quiet: #526072;
  --agent: #ffffff;
  --person: #e2f2e8;
  --on-person: #10331f;
  --good: #176b3a;
  --bad: #ab2020;
  --notice: #fff3d6;
  --on-notice: #5c3d00;
  --radius: 16px;
  display: block;
  block-size: 100%;
  color: var(--text);
  font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif;
  color-scheme: light dark;
}
@media (prefers-color-scheme: dark) {
  :host {
    --accent: var(--handrail-accent-dark, #7ab8ff);
    --on-accent: var(--handrail-on-accent-dark, #06213d);
    --surface: #161d26;
    --back: #0e141b;
    --line: #2f3b49;
    --text: #e6ecf3;
    --quiet: #a2b0c0;
    --agent: #1d2631;
    --person: #173626;
    --on-person: #d8f3e2;
    --good: #7fd6a0;
    --bad: #ff9d95;
    --notice: #3a2e10;
    --on-notice: #ffe2a3;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
p, h2, h3, dl, dd, ol { margin: 0; padding: 0; }
button { font: inherit; color: inherit; cursor: pointer; }
button:disabled { cursor: default; opacity: .55; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.unseen {
  position: absolute; inline-size: 1px; block-size: 1px; margin: -1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap;
}
.chat {
  display: flex; flex-direction: column; block-size: 100%; min-block-size: 0; position: relative;
  background: var(--back); border-radius: inherit; overflow: hidden;
}

header { padding: 12px 16px; background: var(--surface); border-block-end: 1px solid var(--line); }
header h2 { font-size: 1.05rem; line-height: 1.3; }
header .notice { color: var(--quiet); font-size: .85rem; }
.model {
  padding: 5px 16px; background: var(--notice); color: var(--on-notice); font-size: .82rem; font-weight: 600; text-align: center;
}

.plan { background: var(--surface); border-block-end: 1px solid var(--line); font-size: .88rem; }
.plan summary { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 8px 16px; cursor: pointer; list-style: none; }
.plan summary::-webkit-details-marker { display: none; }
.plan .goal { flex: 1 1 12em; font-weight: 600; }
.plan .goal::before { content: "▸"; display: inline-block; inline-size: 1.1em; color: var(--quiet); }
.plan[open] .goal::before { content: "▾"; }
.plan .count { color: var(--quiet); }
.plan progress {
  flex: 1 0 100%; block-size: 4px; border: 0; border-radius: 2px; background: var(--line); appearance: none; overflow: hidden;
}
.plan progress::-webkit-progress-bar { background: var(--line); }
.plan progress::-webkit-progress-value { background: var(--accent); transition: inline-size .3s; }
.plan progress::-moz-progress-bar { background: var(--accent); }
.plan.complete progress::-webkit-progress-value { background: var(--good); }
.plan ol { list-style: none; padding: 0 16px 10px; max-block-size: 32vh; overflow: auto; }
.plan li { padding: 2px 0 2px 1.9em; position: relative; color: var(--quiet); }
.plan li::before {
  content: ""; position: absolute; left: 2px; top: .45em; inline-size: .95em; block-size: .95em;
  border: 2px solid var(--line); border-radius: 50%;
}
.plan li[data-state="done"] { color: var(--text); }
.plan li[data-state="done"]::before { content: "✓"; border-color: var(--good); color: var(--good); font: 700 .75em/1.15 system-ui; text-align: center; }
.plan li[data-state="failed"]::before { content: "!"; border-color: var(--bad); color: var(--bad); font: 700 .75em/1.15 system-ui; text-align: center; }

.log { flex: 1 1 auto; min-block-size: 0; overflow-y: auto; padding: 16px; overscroll-behavior: contain; }
.log:focus-visible { outline-offset: -3px; }
.items { display: flex; flex-direction: column; gap: 10px; }
.greeting { font-size: 1.25rem; font-weight: 600; padding: 8px 0 12px; }
.suggestions { display: flex; flex-wrap: wrap; gap: 8px; padding-block-end: 8px; }
.suggestions button {
  padding: 7px 14px; border: 1px solid var(--line); border-radius: 999px; background: var(--surface);
  color: var(--accent); text-align: start;
}
.suggestions button:hover { border-color: var(--accent); }

.message { max-inline-size: min(84%, 38em); align-self: flex-start; }
.message .text {
  padding: 9px 14px; border: 1px solid var(--line); border-radius: var(--radius); border-end-start-radius: 4px;
  background: var(--agent); white-space: pre-wrap; overflow-wrap: anywhere;
}
.message.customer { align-self: flex-end; }
.message.customer .text {
  background: var(--accent); color: var(--on-accent); border-color: transparent;
  border-radius: var(--radius); border-end-end-radius: 4px;
}
.message.customer[data-delivery="sending"] .text { opacity: .75; }
.message.customer[data-delivery="failed"] .text { background: none; color: var(--text); border: 1px dashed var(--bad); }
.message.person .text { background: var(--person); color: var(--on-person); border-color: transparent; }
.message.runtime .text { background: none; border-style: dashed; }
.message .automated { color: var(--quiet); font-size: .82rem; padding: 0 4px 4px; }
.shown { display: grid; gap: 8px; padding-block-start: 8px; }
.shown .suggestions { padding-block-end: 0; }
.shown .choices button:disabled { color: var(--quiet); }
.media { margin: 0; display: grid; gap: 4px; justify-items: start; }
.media :is(img, video) { max-inline-size: 100%; max-block-size: 20em; border: 1px solid var(--line); border-radius: 10px; }
.media figcaption, .media-text { color: var(--quiet); font-size: .85rem; }
.media a.plain { display: inline-flex; align-items: center; color: var(--accent); text-decoration: none; }
.speaker { color: var(--quiet); font-size: .78rem; font-weight: 600; padding-inline-start: 4px; }
.foot { display: flex; flex-wrap: wrap; gap: 2px 12px; padding: 2px 4px 0; color: var(--quiet); font-size: .78rem; }
.customer .foot { justify-content: flex-end; }
.foot a { color: inherit; }
.foot summary { cursor: pointer; }
.foot details[open] { flex-basis: 100%; }
.foot ul { margin: 0; padding-inline-start: 1.6em; }
.foot .failed, .card-problem { color: var(--bad); }
.link { padding: 0; border: 0; background: none; color: var(--accent); text-decoration: underline; }
.streaming .text::after {
  content: ""; display: inline-block; inline-size: .5em; block-size: 1em; margin-inline-start: .2em; vertical-align: -.12em;
  border-radius: 2px; background: var(--quiet); animation: blink 1s steps(2) infinite;
}
.note {
  align-self: center; max-inline-size: 90%; padding: 4px 14px; border-radius: 999px; text-align: center;
  color: var(--quiet); font-size: .82rem; background: color-mix(in srgb, var(--line) 45%, transparent);
}

.card {
  align-self: stretch; max-inline-size: 30em; padding: 14px 16px; border: 1px solid var(--line);
  border-inline-start: 5px solid var(--accent); border-radius: 12px; background: var(--surface);
}
.card-title { font-size: 1.02rem; line-height: 1.35; padding-block-end: 8px; }
.card-lines { display: grid; grid-template-columns: fit-content(40%) 1fr; gap: 4px 16px; }
.card-lines dt { color: var(--quiet); }
.card-lines dd { overflow-wrap: anywhere; }
.card-total {
  display: flex; justify-content: space-between; gap: 16px; margin-block-start: 10px; padding-block-start: 8px;
  border-block-start: 1px solid var(--line); font-size: 1.08rem;
}
.card-code { display: flex; flex-wrap: wrap; align-items: end; gap: 10px; margin-block-start: 14px; }
.card-code label { display: grid; gap: 4px; flex: 1 1 14em; }
.card-code input { font: inherit; letter-spacing: .3em; padding: 8px 10px; border: 1px solid var(--line); border-radius: 8px; background: transparent; color: inherit; }
.card-buttons { display: flex; flex-wrap: wrap; gap: 10px; margin-block-start: 14px; }
.card-buttons button { flex: 1 1 8em; }
.card-timer, .card-state, .card-problem { margin-block-start: 8px; font-size: .85rem; }
.card-timer { color: var(--quiet); font-variant-numeric: tabular-nums; }
.card-state { font-weight: 600; }
.card[data-state="confirmed"] { border-inline-start-color: var(--good); }
.card[data-state="confirmed"] .card-state { color: var(--good); }
.card[data-state="declined"], .card[data-state="void"], .card[data-state="expired"] { border-inline-start-color: var(--line); }
.card:is([data-state="declined"], [data-state="void"], [data-state="expired"]) :is(.card-title, .card-lines, .card-total) { color: var(--quiet); }
.card:is([data-state="void"], [data-state="expired"]) .card-total strong { text-decoration: line-through; }

.primary, .plain { min-block-size: 44px; padding: 8px 18px; border-radius: 10px; font-weight: 600; }
.primary { border: 1px solid transparent; background: var(--accent); color: var(--on-accent); }
.plain { border: 1px solid var(--line); background: var(--surface); }
.primary:hover:not(:disabled) { filter: brightness(1.08); }
.plain:hover:not(:disabled) { border-color: var(--accent); }
.newer {
  position: absolute; inset-block-end: 8px; inset-inline-start: 50%; transform: translateX(-50%);
  padding: 5px 16px; border: 0; border-radius: 999px; background: var(--accent); color: var(--on-accent); font-size: .85rem;
  box-shadow: 0 2px 10px rgb(0 0 0 / .25);
}
.middle { position: relative; display: flex; flex-direction: column; flex: 1 1 auto; min-block-size: 0; }

.now { padding: 4px 16px 8px; color: var(--quiet); font-size: .88rem; }
.now p { display: flex; align-items: center; gap: 9px; }
.now p::before { content: ""; flex: none; inline-size: 8px; block-size: 8px; border-radius: 50%; background: var(--quiet); opacity: .6; }
.now.busy p::before { background: var(--accent); opacity: 1; animation: pulse 1.1s ease-in-out infinite; }
.alert {
  display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding: 8px 16px;
  background: var(--notice); color: var(--on-notice); font-size: .88rem;
}
.alert .link { color: inherit; font-weight: 600; }

.composer {
  display: flex; align-items: flex-end; gap: 10px; padding: 10px 12px; background: var(--surface); border-block-start: 1px solid var(--line);
}
.composer textarea {
  flex: 1; min-inline-size: 0; min-block-size: 44px; max-block-size: 10em; padding: 9px 14px; resize: none; field-sizing: content;
  border: 1px solid color-mix(in srgb, var(--quiet) 70%, transparent); border-radius: 12px; background: var(--back); color: inherit; font: inherit;
}
.composer textarea:focus-visible { outline-offset: -1px; border-color: transparent; }
.composer textarea::placeholder { color: var(--quiet); opacity: 1; }
.ended { padding: 12px; display: flex; flex-wrap: wrap; gap: 8px; justify-content: center; background: var(--surface); border-block-start: 1px solid var(--line); }

@media (prefers-reduced-motion: no-preference) {
  .message:not(.old), .card:not(.old), .note:not(.old) { animation: rise .18s ease-out; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after { animation: none !important; transition: none !important; }
}
@media (forced-colors: active) {
  .message .text, .card, .note { border: 1px solid; }
  .card :is(button), .suggestions button { border: 1px solid; }
}
@keyframes blink { to { visibility: hidden; } }
@keyframes pulse { 50% { opacity: .25; } }
@keyframes rise { from { opacity: 0; transform: translateY(6px); } }
@container (max-inline-size: 26em) {
  .log { padding: 12px 10px; }
  .message { max-inline-size: 92%; }
}
.chat { container-type: inline-size; }
`;

let sheet = null;

/** The style sheet, made once a page. */
export function chatStyles() {
  if (sheet === null) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(CSS);
  }
  return sheet;
}
