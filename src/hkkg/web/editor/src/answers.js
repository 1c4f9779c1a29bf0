// Answers as tables of terms: { type, value, lang, datatype }, whatever the format that they came in.

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(
  ["integer", "decimal", "double", "float", "int", "long", "short", "byte", "nonNegativeInteger", "positiveInteger"].map(
    (name) => XSD + name,
  ),
);
const DATES = new Set(["date", "dateTime", "gYear", "gYearMonth"].map((name) => XSD + name));

/** Read an answer as { variables, rows }; null if it is no table and no graph. */
export function tableOf(results) {
  if (!results || results.hasError()) return null;
  if (results.getType() === "ttl") return tableOfTriples(results.getStatements() ?? []);
  if (results.getType() !== "json") return null;
  // The result viewer's own reading fills in {{templates}} that it finds in literals.
  const { head, results: found } = JSON.parse(results.getOriginalResponseAsString());
  if (!found) return null;
  const rows = found.bindings.map((binding) => head.vars.map((name) => termOf(binding[name])));
  return { variables: head.vars, rows, isGraph: false };
}

function tableOfTriples(statements) {
  const rows = statements.map(({ subject, predicate, object }) => [subject, predicate, object].map(termOfTriple));
  return { variables: ["subject", "predicate", "object"], rows, isGraph: true };
}

function termOf(binding) {
  if (!binding) return null;
  const value = typeof binding.value === "string" ? binding.value : JSON.stringify(binding.value);
  return { type: binding.type, value, lang: binding["xml:lang"], datatype: binding.datatype };
}

function termOfTriple(term) {
  const types = { NamedNode: "uri", BlankNode: "bnode" };
  return {
    type: types[term.termType] ?? "literal",
    value: term.value,
    lang: term.language || undefined,
    datatype: term.language ? undefined : term.datatype?.value,
  };
}

/** The number that a term is, or null. */
export function numberOf(term) {
  if (term?.type !== "literal" || !NUMBERS.has(term.datatype)) return null;
  const number = Number(term.value);
  return Number.isFinite(number) ? number : null;
}

/** When a term is, in years since the year 0, or null: gYear, gYearMonth, date and dateTime. */
export function timeOf(term) {
  if (term?.type !== "literal" || !DATES.has(term.datatype)) return null;
  const parts = /^(-?\d{4,})(?:-(\d\d))?(?:-(\d\d))?/.exec(term.value);
  if (!parts) return null;
  const [, year, month = "1", day = "1"] = parts;
  return Number(year) + (Number(month) - 1) / 12 + (Number(day) - 1) / 372;
}

/** The columns in which some cell is there and every one that is there passes. */
export function columnsWhere(table, passes) {
  return table.variables
    .map((_, column) => column)
    .filter((column) => {
      const cells = table.rows.map((row) => row[column]).filter((cell) => cell !== null);
      return cells.length > 0 && cells.every(passes);
    });
}

/** The IRIs in some rows, each once. */
export function irisIn(rows) {
  return [...new Set(rows.flat().filter((cell) => cell?.type === "uri").map((cell) => cell.value))];
}
