// A column of numbers as bars, each beside what its row is about.

import { columnsWhere, irisIn, numberOf, tableOf } from "../answers.js";
import { nameOf, textOf } from "../cells.js";
import { drawing, element } from "../dom.js";
import { labelsOf } from "../labels.js";
import { filled, say } from "../settings.js";

const MOST = 60;

export class ChartView {
  priority = 5;
  label = say.js_chart;

  constructor(yasr) {
    this.yasr = yasr;
  }

  numbers(table) {
    return columnsWhere(table, (cell) => numberOf(cell) !== null);
  }

  canHandleResults() {
    const table = tableOf(this.yasr.results);
    return table !== null && !table.isGraph && this.numbers(table).length > 0;
  }

  async draw() {
    const table = tableOf(this.yasr.results);
    const numbers = this.numbers(table);
    const rows = table.rows.slice(0, MOST);
    const labels = await labelsOf(irisIn(rows));
    const bars = element("div", { class: "bars" });
    const draw = (column) => bars.replaceChildren(barsOf(table, rows, Number(column), numbers, labels));
    const option = (column) => element("option", { value: column }, table.variables[column]);
    const choice = element("select", { onchange: (event) => draw(event.target.value) }, ...numbers.map(option));
    this.yasr.resultsEl.append(element("label", {}, say.js_column, " ", choice), bars);
    if (table.rows.length > MOST) bars.before(element("p", {}, filled(say.js_first, { count: MOST })));
    draw(numbers[0]);
  }
}

function barsOf(table, rows, column, numbers, labels) {
  const drawn = rows.filter((row) => row[column] !== null);
  const values = drawn.map((row) => numberOf(row[column]));
  const low = Math.min(0, ...values);
  const span = Math.max(0, ...values) - low || 1;
  const named = table.variables.map((_, i) => i).filter((i) => !numbers.includes(i));
  const name = (row) => named.map((i) => nameOf(row[i], labels)).flatMap((cell, i) => (i ? [" · ", cell] : [cell]));
  const bar = (row, i) =>
    element(
      "div",
      { class: "bar", title: named.map((j) => textOf(row[j], labels)).join(" · ") },
      element("dt", {}, ...(named.length ? name(row) : [String(i + 1)])),
      element("dd", {}, strip(values[i], low, span), element("span", {}, values[i].toLocaleString())),
    );
  return element("dl", { "aria-label": table.variables[column] }, ...drawn.map(bar));
}

function strip(value, low, span) {
  const [from, to] = [Math.min(0, value), Math.max(0, value)];
  const box = { x: `${((from - low) / span) * 100}%`, width: `${((to - from) / span) * 100}%`, height: "100%" };
  return drawing("svg", { "aria-hidden": "true" }, drawing("rect", box));
}
