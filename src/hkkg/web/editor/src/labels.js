// The names of IRIs in the page's language, asked of the service as they are needed, each once.

import { settings } from "./settings.js";

const BATCH = 200;
const known = new Map();

/** Return names by IRI: { text, lang }. What has no name is left out. */
export async function labelsOf(iris) {
  const unknown = iris.filter((iri) => !known.has(iri) && /^[^<>"{}|^`\\\s]+$/.test(iri));
  const batches = [];
  for (let start = 0; start < unknown.length; start += BATCH) batches.push(unknown.slice(start, start + BATCH));
  await Promise.all(batches.map(learn));
  return new Map(iris.filter((iri) => known.get(iri)).map((iri) => [iri, known.get(iri)]));
}

async function learn(iris) {
  for (const iri of iris) known.set(iri, null);
  const response = await fetch(settings.endpoint, {
    method: "POST",
    headers: { Accept: "application/sparql-results+json", "Content-Type": "application/sparql-query" },
    body: labelQuery(iris),
  });
  if (!response.ok) return; // names are a courtesy: the IRIs are there without them
  for (const { iri, name } of (await response.json()).results.bindings) {
    const found = { text: name.value, lang: name["xml:lang"] ?? "" };
    if (!known.get(iri.value) || rank(found.lang) < rank(known.get(iri.value).lang)) known.set(iri.value, found);
  }
}

function labelQuery(iris) {
  return `PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?iri ?name { VALUES ?iri { ${iris.map((iri) => `<${iri}>`).join(" ")} } ?iri skos:prefLabel|rdfs:label ?name }`;
}

function rank(lang) {
  const wanted = [settings.lang.toLowerCase(), "en", ""];
  const found = wanted.indexOf(lang.toLowerCase());
  return found < 0 ? wanted.length : found;
}
