// Makes the picture of a neighbourhood move: zoom, drag, light up what is pointed at, and walk by arrow keys.
// Without it, the picture is an image whose names are links.
"use strict";

const STEP = 1.25;
const MOST = 4;
const LEAST = 0.5;
const FAR = 4; // pixels; less is a click

function button(text, label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button--quiet";
  made.textContent = text || label;
  if (text) made.setAttribute("aria-label", label);
  made.addEventListener("click", act);
  return made;
}

class Picture {
  constructor(frame) {
    this.frame = frame;
    this.svg = frame.querySelector("svg");
    this.whole = this.svg.viewBox.baseVal;
    this.whole = { x: this.whole.x, y: this.whole.y, width: this.whole.width, height: this.whole.height };
    this.nodes = [...this.svg.querySelectorAll(".node")];
    this.reset();
    this.addTools();
    this.listen();
    frame.classList.add("is-live");
    frame.scrollLeft = (frame.scrollWidth - frame.clientWidth) / 2;
  }

  reset() {
    this.scale = 1;
    this.x = this.whole.x + this.whole.width / 2;
    this.y = this.whole.y + this.whole.height / 2;
    this.show();
  }

  show() {
    const width = this.whole.width / this.scale;
    const height = this.whole.height / this.scale;
    this.svg.setAttribute("viewBox", `${this.x - width / 2} ${this.y - height / 2} ${width} ${height}`);
  }

  zoom(factor) {
    this.scale = Math.min(MOST, Math.max(LEAST, this.scale * factor));
    this.show();
  }

  addTools() {
    const { zoomIn, zoomOut, reset, keys } = this.frame.dataset;
    const tools = document.createElement("div");
    tools.className = "neighbourhood__tools";
    tools.title = keys;
    tools.append(
      button("+", zoomIn, () => this.zoom(STEP)),
      button("−", zoomOut, () => this.zoom(1 / STEP)),
      button("", reset, () => this.reset()),
    );
    this.frame.prepend(tools);
  }

  listen() {
    for (const [position, node] of this.nodes.entries()) {
      const edge = this.svg.querySelector(`.edge[data-node="${node.dataset.node}"]`);
      const light = (on) => () => edge.classList.toggle("is-lit", on);
      for (const name of ["pointerenter", "focus"]) node.addEventListener(name, light(true));
      for (const name of ["pointerleave", "blur"]) node.addEventListener(name, light(false));
      node.addEventListener("keydown", (event) => this.walk(event, position));
      node.addEventListener("dragstart", (event) => event.preventDefault());
    }
    this.svg.addEventListener("keydown", (event) => this.press(event));
    this.svg.addEventListener("wheel", (event) => this.wheel(event), { passive: false });
    this.svg.addEventListener("pointerdown", (event) => this.grasp(event));
  }

  walk(event, position) {
    const ahead = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (!ahead) return;
    event.preventDefault();
    this.nodes[(position + ahead + this.nodes.length) % this.nodes.length].focus();
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "+": () => this.zoom(STEP),
      "=": () => this.zoom(STEP),
      "-": () => this.zoom(1 / STEP),
      0: () => this.reset(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  // The wheel alone scrolls the page, as everywhere.
  wheel(event) {
    if (!event.ctrlKey) return;
    event.preventDefault();
    this.zoom(event.deltaY < 0 ? STEP : 1 / STEP);
  }

  grasp(event) {
    if (event.button !== 0) return;
    const start = { x: event.clientX, y: event.clientY, left: this.x, top: this.y };
    const unit = this.whole.width / this.scale / this.svg.clientWidth;
    let isDragged = false;
    const move = (moved) => {
      const [across, down] = [moved.clientX - start.x, moved.clientY - start.y];
      isDragged ||= Math.hypot(across, down) > FAR;
      if (!isDragged) return;
      this.svg.classList.add("is-dragged");
      this.x = start.left - across * unit;
      this.y = start.top - down * unit;
      this.show();
    };
    const drop = () => {
      window.removeEventListener("pointermove", move);
      this.svg.classList.remove("is-dragged");
      if (isDragged) this.keepFromFollowing();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", drop, { once: true });
    window.addEventListener("pointercancel", drop, { once: true });
  }

  // A drag that ends on a name is no click on it.
  keepFromFollowing() {
    const stop = (event) => event.preventDefault();
    this.svg.addEventListener("click", stop, { capture: true, once: true });
    setTimeout(() => this.svg.removeEventListener("click", stop, { capture: true }), 0);
  }
}

for (const frame of document.querySelectorAll(".neighbourhood")) new Picture(frame);
