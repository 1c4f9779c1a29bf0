// What the page tells the editor: its language, its words, and where IRIs of the graph are shown.

export const settings = JSON.parse(document.getElementById("editor-settings").textContent);

/** The words of the page's language, by name. */
export const say = settings.texts;

/** Fill `{name}` in one of the page's texts. */
export function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

/** Return the path of the page about an IRI, or null for what is not of this graph. */
export function local(iri) {
  const namespace = Object.keys(settings.places).find((n) => iri.startsWith(n) && iri.length > n.length);
  return namespace ? settings.places[namespace] + iri.slice(namespace.length) : null;
}

/** Shorten an IRI by the longest prefix that fits. */
export function curie(iri) {
  let best = ["", ""];
  for (const [prefix, namespace] of Object.entries(settings.prefixes)) {
    if (iri.startsWith(namespace) && namespace.length > best[1].length) best = [prefix, namespace];
  }
  const name = iri.slice(best[1].length);
  return best[1] && /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(name) && !name.endsWith(".") ? `${best[0]}:${name}` : iri;
}
