/** How do streamed sentences become one text? */

/** Sentences in their order; they bring their own white space, and get a space where both sides have none. */
export function joined(parts) {
  return parts.filter(Boolean).reduce((text, part) => text + (/\S$/.test(text) && /^\S/.test(part) ? " " : "") + part, "");
}

/** The streamed sentences, where they are the finished text; otherwise the text in one piece. */
export function fitting(parts, text) {
  return plain(joined(parts)) === plain(text) ? parts : [text];
}

/** The text with its white space made even, for comparing. */
export function plain(text) {
  return text.replace(/\s+/g, " ").trim();
}
