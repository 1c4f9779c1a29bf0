// What a script adds to the network: neighbours stand out, columns may be hidden, names found, arrows followed.
// Everything is there to be read without it.

const drawing = document.querySelector(".network svg");
if (drawing) enhance(drawing);

function enhance(svg) {
  const nodes = [...svg.querySelectorAll("[data-node]")];
  const links = [...svg.querySelectorAll("[data-source]")];
  const tools = document.querySelector(".network-tools");
  const boxes = [...tools.querySelectorAll("input[type=checkbox]")];
  const search = tools.querySelector("input[type=search]");
  const status = tools.querySelector("[role=status]");
  const near = neighbours(nodes, links);
  tools.hidden = document.querySelector(".network-help").hidden = false;

  const show = (chosen) => highlight(svg, nodes, links, chosen);
  const found = () => {
    const text = search.value.trim().toLocaleLowerCase();
    return text ? nodes.filter((node) => isShown(node) && node.dataset.name.toLocaleLowerCase().includes(text)) : [];
  };
  const rest = () => show(new Set(found().flatMap((node) => [node, ...near.get(node)])));

  for (const node of nodes) {
    const only = () => show(new Set([node, ...near.get(node)]));
    node.addEventListener("pointerenter", only);
    node.addEventListener("focus", only);
    node.addEventListener("pointerleave", rest);
    node.addEventListener("blur", rest);
    node.addEventListener("keydown", (event) => step(event, node, nodes));
  }
  search.addEventListener("input", () => {
    rest();
    const count = found().length;
    status.textContent = search.value.trim() ? `${count} / ${nodes.filter(isShown).length}` : "";
  });
  for (const box of boxes) {
    box.addEventListener("change", () => {
      filter(nodes, links, new Set(boxes.filter((other) => other.checked).map((other) => other.value)));
      rest();
    });
  }
}

function neighbours(nodes, links) {
  const near = new Map(nodes.map((node) => [node, []]));
  for (const { dataset } of links) {
    const [source, target] = [nodes[dataset.source], nodes[dataset.target]];
    near.get(source).push(target);
    near.get(target).push(source);
  }
  return near;
}

function highlight(svg, nodes, links, chosen) {
  svg.classList.toggle("is-choosing", chosen.size > 0);
  for (const node of nodes) node.classList.toggle("is-near", chosen.has(node));
  for (const link of links) {
    const ends = [nodes[link.dataset.source], nodes[link.dataset.target]];
    link.classList.toggle("is-near", ends.every((end) => chosen.has(end)));
  }
}

function filter(nodes, links, columns) {
  for (const node of nodes) setShown(node, columns.has(node.dataset.column));
  for (const link of links) {
    setShown(link, isShown(nodes[link.dataset.source]) && isShown(nodes[link.dataset.target]));
  }
}

function setShown(element, shown) {
  element.toggleAttribute("hidden", !shown);
}

function isShown(element) {
  return !element.hasAttribute("hidden");
}

// Up and down within a column, left and right to the nearest node of the next one.
function step(event, node, nodes) {
  const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const turn = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!side && !turn) return;
  event.preventDefault();
  const here = place(node);
  const shown = nodes.filter((other) => other !== node && isShown(other));
  const ahead = shown.filter((other) => {
    const there = place(other);
    return turn ? there.x === here.x && (there.y - here.y) * turn > 0 : (there.x - here.x) * side > 0;
  });
  const distance = (other) => Math.abs(place(other).x - here.x) * 1000 + Math.abs(place(other).y - here.y);
  ahead.sort((one, other) => distance(one) - distance(other));
  ahead[0]?.focus();
}

function place(node) {
  const box = node.querySelector("rect");
  return { x: Number(box.getAttribute("x")), y: Number(box.getAttribute("y")) };
}
