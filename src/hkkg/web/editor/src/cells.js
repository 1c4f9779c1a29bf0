// Terms as a reader sees them: names with links to this service's pages, literals with their language.

import { element } from "./dom.js";
import { curie, local } from "./settings.js";

/** Return a term as text. */
export function textOf(term, labels) {
  if (term === null) return "";
  if (term.type !== "uri") return term.value;
  return labels.get(term.value)?.text ?? curie(term.value);
}

/** Make the element that shows a term by its name. */
export function nameOf(term, labels) {
  if (term === null) return element("span");
  if (term.type !== "uri") return element("span", { lang: tagOf(term.lang) }, term.value);
  const label = labels.get(term.value);
  return linkTo(term.value, element("span", { lang: tagOf(label?.lang) }, label?.text ?? curie(term.value)));
}

/** Make the element that shows a term; an IRI is followed by its short form where it has a name. */
export function cellOf(term, labels) {
  const name = nameOf(term, labels);
  if (term?.type !== "uri" || !labels.has(term.value)) return name;
  return element("span", {}, name, " ", element("small", { class: "iri" }, curie(term.value)));
}

function linkTo(iri, shown) {
  const page = local(iri);
  if (page) return element("a", { href: page, title: iri }, shown);
  if (/^https?:/.test(iri)) return element("a", { href: iri, title: iri, rel: "external noopener" }, shown);
  return element("span", { title: iri }, shown);
}

/** Write a language tag as pages do; the engine has them in lower case. */
export function tagOf(tag) {
  return tag ? Intl.getCanonicalLocales(tag)[0] : null;
}
