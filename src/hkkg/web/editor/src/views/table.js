// Answers as a table: names beside IRIs, columns that sort, more rows when they are asked for.

import { irisIn, numberOf, tableOf, timeOf } from "../answers.js";
import { cellOf, textOf } from "../cells.js";
import { element } from "../dom.js";
import { labelsOf } from "../labels.js";
import { filled, say } from "../settings.js";

const ROWS = 100;

export class TableView {
  priority = 10;
  label = say.js_table;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    return tableOf(this.yasr.results) !== null;
  }

  async draw() {
    this.table = tableOf(this.yasr.results);
    this.rows = this.table.rows;
    this.shown = 0;
    this.body = element("tbody");
    this.more = element("button", { type: "button", class: "more", onclick: () => this.showMore() });
    const region = { class: "wide", role: "region", "aria-label": say.js_table, tabindex: "0" };
    this.yasr.resultsEl.append(
      element("div", region, element("table", {}, element("thead", {}, this.headings()), this.body)),
      this.more,
    );
    await this.showMore();
  }

  headings() {
    const heading = (name, column) =>
      element(
        "th",
        { scope: "col" },
        element("button", { type: "button", title: say.js_sort, onclick: (event) => this.sort(column, event) }, name),
      );
    return element("tr", {}, ...this.table.variables.map(heading));
  }

  async showMore() {
    const rows = this.rows.slice(this.shown, this.shown + ROWS);
    const start = this.body.childElementCount;
    this.labels = new Map([...(this.labels ?? []), ...(await labelsOf(irisIn(rows)))]);
    if (this.body.childElementCount !== start) return; // sorted anew meanwhile
    const line = (row) => element("tr", {}, ...row.map((cell) => element("td", {}, cellOf(cell, this.labels))));
    this.body.append(...rows.map(line));
    this.shown += rows.length;
    const left = this.rows.length - this.shown;
    this.more.hidden = left === 0;
    this.more.textContent = filled(say.js_more, { count: Math.min(left, ROWS), left });
  }

  async sort(column, event) {
    const heading = event.currentTarget.parentElement;
    const down = heading.getAttribute("aria-sort") === "ascending";
    for (const other of heading.parentElement.children) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = (one, other) => compared(one[column], other[column], this.labels) * (down ? -1 : 1);
    this.rows = this.table.rows.toSorted(order);
    this.shown = 0;
    this.body.replaceChildren();
    await this.showMore();
  }
}

function compared(one, other, labels) {
  for (const measure of [numberOf, timeOf]) {
    const [a, b] = [measure(one), measure(other)];
    if (a !== null && b !== null) return a - b;
  }
  return textOf(one, labels).localeCompare(textOf(other, labels));
}
