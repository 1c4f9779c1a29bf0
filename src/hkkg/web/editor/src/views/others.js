// A yes or no, what the service sent as it came, and what went wrong.

import { element } from "../dom.js";
import { filled, say } from "../settings.js";

export class BooleanView {
  priority = 10;
  hideFromSelection = true;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return typeof this.yasr.results?.getBoolean() === "boolean";
  }

  draw() {
    const text = this.yasr.results.getBoolean() ? say.js_yes : say.js_no;
    this.yasr.resultsEl.append(element("p", { class: "boolean" }, element("strong", {}, text)));
  }
}

const MOST = 200_000;

export class RawView {
  priority = 1;
  label = say.js_raw;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results && !this.yasr.results.hasError());
  }

  draw() {
    const text = this.yasr.results.getOriginalResponseAsString();
    this.yasr.resultsEl.append(element("pre", { tabindex: "0", "aria-label": say.js_raw }, text.slice(0, MOST)));
    if (text.length > MOST) this.yasr.resultsEl.append(element("p", {}, say.js_cut));
  }
}

export class ProblemView {
  priority = 20;
  hideFromSelection = true;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return Boolean(this.yasr.results?.getError());
  }

  draw() {
    const problem = problemOf(this.yasr.results.getError().text);
    const place = problem.line ? filled(problem.column ? say.js_place : say.js_line, problem) : "";
    this.yasr.resultsEl.append(
      element(
        "div",
        { class: "problem", role: "alert" },
        element("p", {}, element("strong", {}, place), problem.detail),
        problem.hint ? element("p", {}, problem.hint) : null,
      ),
    );
  }
}

/** Read a problem document (RFC 9457); anything else is its own detail. */
export function problemOf(text) {
  try {
    const problem = JSON.parse(text);
    if (typeof problem.detail === "string") return problem;
  } catch {
    // what failed on the way is no problem document
  }
  return { detail: text || say.js_unreachable };
}
