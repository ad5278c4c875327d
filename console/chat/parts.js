/** How is shown what a reply holds besides words? Pictures, videos, forms and links of the company, and choices. */

import { make, webAddress } from "./elements.js";

const OUT = { target: "_blank", rel: "noopener noreferrer", referrerpolicy: "no-referrer" };

/**
 * The elements of a reply's parts. Paths are the gateway's, beneath `base`, a whole address without a slash at its end.
 * `choose(text)` sends a choice; without it choices are only told.
 */
export function makeParts(parts, words, base, choose) {
  const makers = { image: makeImage, video: makeVideo, form: makeLink, link: makeLink };
  const address = ({ url }) => webAddress(String(url).startsWith("/") ? base + url : url);
  return parts
    .map((part) => (part.kind === "buttons" ? makeChoices(part, words, choose) : makers[part.kind]?.(part, address(part), words)))
    .filter(Boolean);
}

/** A picture with its title; where it cannot be loaded, what it says in words. */
function makeImage(part, address, words) {
  const asText = () => make("p", { class: "media-text" }, part.text);
  if (!address) return asText();
  const image = make("img", { src: address, alt: part.text, loading: "lazy", referrerpolicy: "no-referrer" });
  const link = make("a", { href: address, ...OUT, "aria-label": words.opens(part.title) }, image);
  image.addEventListener("error", () => link.replaceWith(asText()), { once: true });
  return make("figure", { class: "media" }, link, make("figcaption", {}, part.title));
}

function makeVideo(part, address) {
  if (!address) return make("p", { class: "media-text" }, part.text);
  const video = make("video", { src: address, controls: true, preload: "none", "aria-label": part.title });
  return make("figure", { class: "media" }, video, make("figcaption", {}, `${part.title}. ${part.text}`));
}

/** A form or a page of the company: it opens beside the chat, which goes on. */
function makeLink(part, address, words) {
  if (!address) return make("p", { class: "media-text" }, part.text);
  const link = make("a", { href: address, class: "plain", ...OUT, "aria-label": words.opens(part.title) }, part.title);
  return make("div", { class: `media ${part.kind}` }, link, make("p", { class: "media-text" }, part.text));
}

function makeChoices({ choices }, words, choose) {
  const buttons = choices.map((choice) =>
    make("button", { type: "button", disabled: !choose, onclick: () => choose?.(choice) }, choice),
  );
  return make("div", { class: "suggestions choices", role: "group", "aria-label": words.choices }, ...buttons);
}
