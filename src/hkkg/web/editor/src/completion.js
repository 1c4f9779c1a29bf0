// Completion of this graph's prefixes, terms and things, by their names in any of the three scripts.

import Yasqe from "@zazuko/yasqe";

import { element } from "./dom.js";
import { say, settings } from "./settings.js";

const MOST = 40;
const WORD = /[^\s{}()[\].;,<>"'|/^*+!=&]*$/u;
const KINDS = { class: say.js_class, property: say.js_property, thing: say.js_thing };

let loading;

function terms() {
  loading ??= fetch(settings.terms).then((response) => (response.ok ? response.json() : { terms: [] }));
  return loading.then((found) => found.terms);
}

/** Replace YASQE's completion, which asks other hosts, by our own. */
export function installCompletion() {
  Yasqe.defaults.autocompleters = ["variables"];
  const declarations = Object.entries(settings.prefixes).map(([prefix, iri]) => `${prefix}: <${iri}>`);
  Yasqe.forkAutocompleter("prefixes", { name: "hkkg-prefixes", get: declarations, persistenceId: "hkkg-prefixes" });
  Yasqe.registerAutocompleter({
    name: "hkkg-terms",
    autoShow: true,
    bulk: false,
    isValidCompletionPosition: (yasqe) => wordBefore(yasqe) !== null,
    preProcessToken: (yasqe, token) => ({ ...token, ...wordBefore(yasqe) }),
    get: (_, token) => found(token),
    postprocessHints: (_, hints) => hints.map(presented),
  });
}

/** The word that ends at the cursor, with where it stands; null where no term may be. */
function wordBefore(yasqe) {
  const cursor = yasqe.getDoc().getCursor();
  const token = yasqe.getTokenAt(cursor);
  const line = yasqe.getDoc().getLine(cursor.line).slice(0, cursor.ch);
  const [string] = WORD.exec(line);
  if (string.length < 2 || /^[?$@_]/.test(string) || token.type === "string" || token.type === "comment") return null;
  if (/^\s*(PREFIX|BASE)\b/i.test(line) || /<[^>\s]*$/.test(line)) return null;
  const predicate = token.state.possibleCurrent?.includes("a") ?? false;
  const ofType = /(?:\sa|rdf:type)\s+\S*$/.test(line);
  return { string, predicate, ofType, from: { ch: cursor.ch - string.length }, to: { ch: cursor.ch } };
}

let byCurie = new Map();

async function found({ string, predicate, ofType }) {
  const sought = string.toLowerCase();
  const wanted = ofType ? "class" : predicate ? "property" : "thing";
  const ranked = [];
  for (const term of await terms()) {
    const rank = matched(term, sought);
    if (rank !== null) ranked.push([rank + (term.kind === wanted ? 0 : 10), term]);
  }
  ranked.sort(([one, a], [other, b]) => one - other || a.curie.localeCompare(b.curie));
  const best = ranked.slice(0, MOST).map(([, term]) => term);
  byCurie = new Map(best.map((term) => [term.curie, term]));
  return best.some((term) => term.curie === string) && best.length === 1 ? [] : best.map((term) => term.curie);
}

function matched(term, sought) {
  const curie = term.curie.toLowerCase();
  if (curie.startsWith(sought)) return 0;
  const names = [curie.slice(curie.indexOf(":") + 1), ...Object.values(term.labels).map((label) => label.toLowerCase())];
  if (sought.includes(":")) return null;
  if (names.some((name) => name.startsWith(sought))) return 1;
  return names.some((name) => name.includes(sought)) ? 2 : null;
}

function presented(hint) {
  const term = byCurie.get(hint.text);
  const label = term?.labels[settings.lang] ?? term?.labels.en ?? "";
  const parts = [hint.text, " ", element("span", { class: "hint-name" }, `${label} (${KINDS[term?.kind] ?? ""})`)];
  return { ...hint, render: (item) => item.append(...parts) };
}
