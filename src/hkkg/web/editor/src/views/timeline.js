// Rows with a date, along a line of years and as a list in order of time.

import { columnsWhere, irisIn, tableOf, timeOf } from "../answers.js";
import { nameOf } from "../cells.js";
import { drawing, element } from "../dom.js";
import { labelsOf } from "../labels.js";
import { filled, say } from "../settings.js";

const MOST = 300;
const TICKS = 8;

export class TimelineView {
  priority = 4;
  label = say.js_timeline;

  constructor(yasr) {
    this.yasr = yasr;
  }

  dates(table) {
    return columnsWhere(table, (cell) => timeOf(cell) !== null);
  }

  canHandleResults() {
    const table = tableOf(this.yasr.results);
    return table !== null && !table.isGraph && this.dates(table).length > 0;
  }

  async draw() {
    const table = tableOf(this.yasr.results);
    const [column] = this.dates(table);
    const dated = table.rows.filter((row) => row[column] !== null);
    dated.sort((one, other) => timeOf(one[column]) - timeOf(other[column]));
    const rows = dated.slice(0, MOST);
    const labels = await labelsOf(irisIn(rows));
    if (dated.length > MOST) this.yasr.resultsEl.append(element("p", {}, filled(say.js_first, { count: MOST })));
    this.yasr.resultsEl.append(
      axis(rows.map((row) => timeOf(row[column]))),
      element("ol", { class: "timeline" }, ...rows.map((row) => entry(row, column, labels))),
    );
  }
}

function entry(row, column, labels) {
  const others = row.filter((cell, i) => i !== column && cell !== null).map((cell) => nameOf(cell, labels));
  const text = others.flatMap((cell, i) => (i ? [" · ", cell] : [cell]));
  return element("li", {}, element("time", {}, row[column].value), " ", element("span", {}, ...text));
}

function axis(times) {
  const first = Math.floor(times[0]);
  const last = Math.max(first + 1, Math.ceil(times.at(-1)));
  const step = Math.max(1, Math.ceil((last - first) / TICKS));
  const place = (time) => `${2 + ((time - first) / (last - first)) * 96}%`;
  const years = Array.from({ length: Math.floor((last - first) / step) + 1 }, (_, i) => first + i * step);
  return drawing(
    "svg",
    { class: "axis", role: "img", "aria-label": filled(say.js_years, { first, last }) },
    drawing("line", { x1: "2%", x2: "98%", y1: 20, y2: 20 }),
    ...years.map((year) => drawing("text", { x: place(year), y: 42, "text-anchor": "middle" }, String(year))),
    ...years.map((year) => drawing("line", { x1: place(year), x2: place(year), y1: 15, y2: 25 })),
    ...times.map((time) => drawing("circle", { cx: place(time), cy: 20, r: 6 })),
  );
}
