// The page of the query editor: the list of questions, the editor, its results, links and downloads.

import "@zazuko/yasqe/build/yasqe.min.css";
import "@zazuko/yasr/build/yasr.min.css";
import "./editor.css";

import { element } from "./dom.js";
import { makeEditor } from "./editor.js";
import { Results } from "./results.js";
import { say, settings } from "./settings.js";

const TABLES = { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" };
const GRAPHS = { turtle: "Turtle", jsonld: "JSON-LD", ntriples: "N-Triples", rdfxml: "RDF/XML" };

const form = document.getElementById("query-form");
const written = form.elements.query;
const tools = document.getElementById("editor-tools");
const status = document.getElementById("editor-status");
const downloads = document.getElementById("editor-downloads");

function begin() {
  const yasqe = makeEditor(document.getElementById("editor-text"), givenQuery(), written.value);
  const results = new Results(document.getElementById("editor-results"));
  yasqe.on("query", () => begun());
  yasqe.on("queryResponse", (_, response, duration) => ended(yasqe, results, response, duration));
  const act = {
    run: () => yasqe.query().catch(() => {}), // the error is shown where the answer would be
    format: () => yasqe.autoformat(),
    share: () => share(yasqe),
  };
  for (const button of tools.querySelectorAll("button")) button.addEventListener("click", act[button.value]);
  offerQuestions(yasqe);
  form.hidden = true;
  tools.hidden = false;
  yasqe.refresh();
  if (settings.given || location.hash.startsWith("#query=")) act.run();
}

/** The query that the address holds: in its fragment, or in what the server wrote into the plain form. */
function givenQuery() {
  const fragment = new URLSearchParams(location.hash.slice(1)).get("query");
  return fragment ?? (settings.given ? written.value : null);
}

function begun() {
  status.textContent = say.js_running;
  downloads.replaceChildren();
}

function ended(yasqe, results, response, duration) {
  status.textContent = response instanceof Error ? say.js_failed : say.js_done;
  if (response?.name === "AbortError") return;
  results.setResponse(response, duration);
  if (response instanceof Error) return;
  const isGraph = ["CONSTRUCT", "DESCRIBE"].includes(yasqe.getQueryType());
  downloads.replaceChildren(`${say.js_download} `, ...links(yasqe.getValue(), isGraph ? GRAPHS : TABLES));
}

function links(query, formats) {
  const link = ([format, name]) => {
    const parameters = new URLSearchParams({ query, format });
    return element("a", { href: `${settings.endpoint}?${parameters}`, download: `answer.${format}` }, name);
  };
  return Object.entries(formats).flatMap((format, i) => (i ? [" ", link(format)] : [link(format)]));
}

async function share(yasqe) {
  const address = new URL(location.pathname, location.href);
  address.searchParams.set("query", yasqe.getValue());
  history.replaceState(null, "", address);
  settings.given = true;
  const shown = element("a", { href: address.href }, say.js_link);
  try {
    await navigator.clipboard.writeText(address.href);
    status.replaceChildren(`${say.js_copied} `, shown);
  } catch {
    status.replaceChildren(`${say.js_copy} `, shown); // a page that is not served securely may not write there
  }
}

function offerQuestions(yasqe) {
  const list = document.getElementById("editor-questions");
  list?.addEventListener("click", async (event) => {
    const link = event.target.closest("a[data-query]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const response = await fetch(link.dataset.query);
    if (!response.ok) return location.assign(link.href);
    yasqe.setValue((await response.text()).replace(/^#\+.*\n/gm, ""));
    yasqe.focus();
    yasqe.query().catch(() => {}); // as above
  });
}

function filterQuestions() {
  const list = document.getElementById("editor-questions");
  const sought = document.getElementById("editor-filter");
  sought?.addEventListener("input", () => {
    const text = sought.value.trim().toLowerCase();
    for (const theme of list.querySelectorAll("details")) {
      for (const item of theme.querySelectorAll("li")) item.hidden = !item.textContent.toLowerCase().includes(text);
      theme.hidden = !theme.querySelector("li:not([hidden])");
      theme.open = text !== "" && !theme.hidden;
    }
  });
  sought?.closest("[hidden]")?.removeAttribute("hidden");
}

begin();
filterQuestions();
