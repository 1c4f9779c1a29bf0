// The result viewer: YASR with views of our own, and its few words in the page's language.

import Yasr from "@zazuko/yasr";

import { tableOf } from "./answers.js";
import { element } from "./dom.js";
import { filled, say, settings } from "./settings.js";
import { ChartView } from "./views/chart.js";
import { GraphView } from "./views/graph.js";
import { BooleanView, ProblemView, RawView } from "./views/others.js";
import { TableView } from "./views/table.js";
import { TimelineView } from "./views/timeline.js";

const VIEWS = { table: TableView, chart: ChartView, graph: GraphView, timeline: TimelineView, raw: RawView };
const HIDDEN = { boolean: BooleanView, error: ProblemView };

Yasr.plugins = {};
Yasr.defaults.plugins = {};
for (const [name, view] of Object.entries({ ...VIEWS, ...HIDDEN })) Yasr.registerPlugin(name, view);

export class Results extends Yasr {
  constructor(parent) {
    super(parent, { persistenceId: null, pluginOrder: Object.keys(VIEWS), prefixes: settings.prefixes });
  }

  drawPluginSelectors() {
    super.drawPluginSelectors();
    for (const button of this.headerEl.querySelectorAll("button")) button.removeAttribute("aria-label");
  }

  updatePluginSelectors(enabled) {
    super.updatePluginSelectors(enabled);
    for (const name of Object.keys(VIEWS)) {
      const button = this.headerEl.querySelector(`.select_${name}`);
      if (!button) continue;
      button.setAttribute("aria-pressed", String(button.classList.contains("selected")));
      button.disabled = button.classList.contains("disabled");
    }
  }

  updateResponseInfo() {
    const seconds = ((this.results?.getResponseTime() ?? 0) / 1000).toLocaleString();
    const rows = tableOf(this.results)?.rows.length;
    if (rows === undefined) this.dataElement.textContent = "";
    else this.dataElement.textContent = filled(say.js_count, { rows: rows.toLocaleString(), seconds });
  }

  fillFallbackBox(drawn) {
    this.emptyFallbackElement();
    if (this.plugins[drawn]?.hideFromSelection) return;
    const names = { wanted: this.getSelectedPlugin()?.label, shown: this.plugins[drawn]?.label };
    this.fallbackInfoEl.append(element("p", {}, filled(say.js_fallback, names)));
  }

  // Downloads are links to the service's own formats, and the help is this project's.
  drawDownloadIcon() {}
  drawDocumentationButton() {}
  updateHelpButton() {}
}
