// The query editor: YASQE, asking this service alone, with the service's own errors at their places.

import Yasqe from "@zazuko/yasqe";

import { installCompletion } from "./completion.js";
import { say, settings } from "./settings.js";
import { problemOf } from "./views/others.js";

const STORAGE = "hkkg-query";
const SAVING = 400;

/** Make the editor; `given` is a query that takes the place of what was kept from the last visit. */
export function makeEditor(parent, given, initial) {
  installCompletion();
  const yasqe = new Yasqe(parent, {
    value: initial,
    persistenceId: STORAGE,
    consumeShareLink: null,
    createShareableLink: null,
    showQueryButton: false,
    resizeable: false,
    editorHeight: "auto",
    viewportMargin: Infinity,
    requestConfig: { endpoint: settings.endpoint, method: "POST", queryArgument: "query" },
  });
  // Tab leaves the editor, as it leaves any other field.
  yasqe.setOption("extraKeys", { ...yasqe.getOption("extraKeys"), Tab: false, "Shift-Tab": false });
  yasqe.getInputField().setAttribute("aria-label", say.query);
  if (given) yasqe.setValue(given);
  keepText(yasqe);
  showErrors(yasqe);
  return yasqe;
}

function keepText(yasqe) {
  let waiting;
  yasqe.on("changes", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => yasqe.saveQuery(), SAVING);
  });
  window.addEventListener("pagehide", () => yasqe.saveQuery());
}

function showErrors(yasqe) {
  const marked = [];
  const clear = () => {
    for (const undo of marked.splice(0)) undo();
  };
  yasqe.on("changes", () => {
    clear();
    quietIcon(yasqe);
  });
  yasqe.on("query", clear);
  yasqe.on("error", (_, error) => {
    const { line, column } = problemOf(error?.message ?? "");
    if (line) marked.push(...mark(yasqe, line - 1, Math.max(0, (column ?? 1) - 1)));
  });
  quietIcon(yasqe);
}

function mark(yasqe, line, column) {
  const doc = yasqe.getDoc();
  if (line >= doc.lineCount()) return [];
  doc.addLineClass(line, "background", "error-line");
  const start = Math.min(column, Math.max(0, doc.getLine(line).length - 1));
  const end = Math.max(start + 1, yasqe.getTokenAt({ line, ch: start + 1 }).end);
  const place = doc.markText({ line, ch: start }, { line, ch: end }, { className: "error-place" });
  doc.setCursor({ line, ch: start });
  return [() => doc.removeLineClass(line, "background", "error-line"), () => place.clear()];
}

// YASQE's own tooltip sets style attributes, which the page's policy refuses.
function quietIcon(yasqe) {
  for (const icon of yasqe.getWrapperElement().querySelectorAll(".parseErrorIcon")) {
    icon.onmouseover = icon.onmouseout = null;
    icon.title = say.js_unfinished;
  }
}
