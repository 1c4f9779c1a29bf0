// What an answer links, as a drawn graph: the triples of a CONSTRUCT, or IRIs that share a row.

import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

import { columnsWhere, irisIn, tableOf } from "../answers.js";
import { tagOf, textOf } from "../cells.js";
import { drawing, element } from "../dom.js";
import { labelsOf } from "../labels.js";
import { filled, local, say } from "../settings.js";

const MOST = 120;
const STEPS = 300;
const LINE = 24;
const [WIDTH, HEIGHT] = [960, 600];

export class GraphView {
  priority = 6;
  label = say.js_graph;

  constructor(yasr) {
    this.yasr = yasr;
  }

  canHandleResults() {
    const table = tableOf(this.yasr.results);
    return table !== null && (table.isGraph || columnsWhere(table, isNode).length > 1) && edgesOf(table).length > 0;
  }

  async draw() {
    const { nodes, links, left } = network(edgesOf(tableOf(this.yasr.results)));
    const labels = await labelsOf([...nodes.map((node) => node.id), ...links.map((link) => link.name).filter(Boolean)]);
    settle(nodes, links);
    if (left) this.yasr.resultsEl.append(element("p", {}, filled(say.js_nodes, { count: MOST, left })));
    const region = { class: "network wide", role: "region", "aria-label": say.js_graph, tabindex: "0" };
    this.yasr.resultsEl.append(element("div", region, picture(nodes, links, labels)));
  }
}

function isNode(cell) {
  return cell?.type === "uri";
}

/** List what is linked with what: [source, target, IRI of the relation or null]. */
function edgesOf(table) {
  if (table.isGraph) {
    return table.rows.filter(([, , object]) => isNode(object)).map(([s, p, o]) => [s.value, o.value, p.value]);
  }
  const columns = columnsWhere(table, isNode);
  return table.rows.flatMap((row) => {
    const [first, ...others] = columns.map((column) => row[column]).filter(Boolean);
    return others.map((other) => [first.value, other.value, null]);
  });
}

function network(edges) {
  const all = [...new Set(edges.flatMap(([source, target]) => [source, target]))];
  const kept = new Set(all.slice(0, MOST));
  const links = edges
    .filter(([source, target]) => kept.has(source) && kept.has(target) && source !== target)
    .map(([source, target, name]) => ({ source, target, name }));
  return { nodes: [...kept].map((id) => ({ id })), links, left: all.length - kept.size };
}

function settle(nodes, links) {
  const linked = forceLink(links).id((node) => node.id).distance(90);
  const simulation = forceSimulation(nodes)
    .force("link", linked)
    .force("charge", forceManyBody().strength(-220))
    .force("collide", forceCollide(34))
    .force("x", forceX().strength(0.05))
    .force("y", forceY().strength(0.09))
    .stop();
  simulation.tick(STEPS);
  fit(nodes);
}

/** Bring the nodes into the picture, with room for their names. */
function fit(nodes) {
  for (const [axis, size, margin] of [["x", WIDTH, 90], ["y", HEIGHT, 55]]) {
    const low = Math.min(...nodes.map((node) => node[axis]));
    const span = Math.max(...nodes.map((node) => node[axis])) - low || 1;
    for (const node of nodes) node[axis] = margin + ((node[axis] - low) / span) * (size - 2 * margin);
  }
}

function picture(nodes, links, labels) {
  const lines = links.map((link) => line(link, labels));
  const place = (node) => `translate(${node.x} ${node.y})`;
  const marks = nodes.map((node) => mark(node, place(node), labels));
  return drawing("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, class: "graph" }, ...lines, ...marks);
}

function line({ source, target, name }, labels) {
  const ends = { x1: source.x, y1: source.y, x2: target.x, y2: target.y };
  const title = name ? [drawing("title", {}, textOf({ type: "uri", value: name }, labels))] : [];
  return drawing("line", ends, ...title);
}

function spans(lines) {
  return lines.map((line, i) => drawing("tspan", { x: 0, y: 20 + i * 12 }, `${line} `));
}

/** Break a name into short lines, between words or, in Chinese, between characters. */
function linesOf(name) {
  const lines = [""];
  for (const part of name.match(/[\p{Script=Han}，。、：《》「」]|[^\s\p{Script=Han}，。、：《》「」]+|\s+/gu) ?? []) {
    if (lines.at(-1) && widthOf(lines.at(-1) + part) > LINE) lines.push("");
    lines[lines.length - 1] = (lines.at(-1) + part).trimStart();
  }
  return lines;
}

function widthOf(text) {
  return [...text].reduce((width, character) => width + (/\p{Script=Han}/u.test(character) ? 2 : 1), 0);
}

function mark(node, transform, labels) {
  const name = textOf({ type: "uri", value: node.id }, labels);
  const parts = [
    drawing("circle", { r: 7 }),
    drawing("text", { "text-anchor": "middle", lang: tagOf(labels.get(node.id)?.lang) }, ...spans(linesOf(name))),
  ];
  const page = local(node.id);
  const drawn = page ? drawing("a", { href: page }, ...parts) : drawing("g", {}, ...parts);
  drawn.setAttribute("transform", transform);
  return drawn;
}
