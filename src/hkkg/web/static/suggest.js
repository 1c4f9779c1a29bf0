// Suggests names while one is typed into a search box: a combobox whose list shows what /api/search finds.
// Without it, the form is sent, and answered with a page.
const PAUSE = 150; // milliseconds without a key before anything is asked
const MOST = 8;
const LONGEST = 500; // characters that /api/search takes
const COMPOSING = 229; // the code of a key that an input method keeps for itself
const NOT_OFFERED = 501;

function made(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

class Combobox {
  constructor(input, number) {
    this.input = input;
    this.list = made("ul", {
      id: `suggestions-${number}`,
      class: "suggestions",
      role: "listbox",
      "aria-label": input.dataset.suggest,
    });
    this.status = made("p", { class: "visually-hidden", role: "status" });
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", this.list.id);
    this.close();
    input.form.append(this.list);
    this.listen();
  }

  listen() {
    const { input, list } = this;
    // What is announced must be put into an element that is there already.
    input.addEventListener("focus", () => input.form.append(this.status));
    input.addEventListener("input", (event) => this.change(event));
    input.addEventListener("compositionstart", () => this.stop());
    input.addEventListener("compositionend", () => this.askSoon());
    input.addEventListener("keydown", (event) => this.press(event));
    input.addEventListener("blur", () => this.close());
    window.addEventListener("pagehide", () => this.close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the box
    list.addEventListener("click", (event) => this.follow(event.target.closest("[role=option]")));
  }

  change(event) {
    if (event.isComposing) return;
    this.activate(null);
    if (this.text) this.askSoon();
    else this.close();
  }

  get text() {
    return this.input.value.trim();
  }

  get options() {
    return [...this.list.children];
  }

  stop() {
    clearTimeout(this.timer);
    this.asked?.abort();
  }

  askSoon() {
    this.stop();
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    this.stop();
    const { text } = this;
    if (!text || text.length > LONGEST) return;
    const { signal } = (this.asked = new AbortController());
    const lang = document.documentElement.lang;
    try {
      const answer = await fetch(`/api/search?${new URLSearchParams({ q: text, limit: MOST, lang })}`, { signal });
      if (answer.status === NOT_OFFERED) this.retire();
      const found = answer.ok ? await answer.json() : { results: [] };
      if (!signal.aborted) this.show(found.results.filter((hit) => hit.page));
    } catch {
      if (!signal.aborted) this.close();
    }
  }

  show(hits) {
    this.activate(null);
    this.list.replaceChildren(...hits.map((hit, number) => this.option(hit, number)));
    this.list.hidden = !hits.length;
    this.input.setAttribute("aria-expanded", String(hits.length > 0));
    this.status.textContent = this.input.dataset.suggestCount.replace("{}", hits.length);
  }

  option(hit, number) {
    const parts = [made("span", { class: "suggestions__name", lang: hit.language }, hit.name)];
    if (hit.match.label !== hit.name) {
      const pieces = hit.match.pieces.map(({ text, matched }) => (matched ? made("mark", {}, text) : text));
      parts.push(" ", made("span", { class: "suggestions__found", lang: hit.match.language }, ...pieces));
    }
    for (const { label, language } of hit.types.slice(0, 1)) {
      parts.push(" ", made("span", { class: "suggestions__kind", lang: language }, label));
    }
    const id = `${this.list.id}-${number}`;
    return made("li", { id, role: "option", "aria-selected": "false", "data-page": hit.page }, ...parts);
  }

  activate(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (!option) return this.input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  close() {
    this.stop();
    this.activate(null);
    this.list.hidden = true;
    this.list.replaceChildren();
    this.input.setAttribute("aria-expanded", "false");
    this.status.textContent = "";
  }

  // The service has no index of names: what is here is a plain search box.
  retire() {
    for (const name of ["role", "aria-autocomplete", "aria-controls", "aria-expanded"]) {
      this.input.removeAttribute(name);
    }
    this.askSoon = this.ask = () => {};
  }

  press(event) {
    if (event.isComposing || event.keyCode === COMPOSING) return;
    const act = {
      ArrowDown: () => this.move(1, event.altKey),
      ArrowUp: () => (event.altKey ? this.close() : this.move(-1)),
      Enter: this.active && (() => this.follow(this.active)),
      Escape: !this.list.hidden && (() => this.close()),
    }[event.key];
    if (act) {
      event.preventDefault();
      act();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) {
      this.activate(null); // the caret moves in the box
    }
  }

  // From the box through the options and round to the box again.
  async move(step, isOpening = false) {
    if (this.list.hidden) await this.ask();
    if (isOpening) return;
    const places = [null, ...this.options];
    const next = places.indexOf(this.active) + step;
    this.activate(places.at(next % places.length));
  }

  follow(option) {
    if (!option) return;
    const address = new URL(option.dataset.page, location.href);
    const chosen = this.input.form.elements.namedItem("lang");
    if (chosen) address.searchParams.set("lang", chosen.value);
    this.close();
    location.assign(address);
  }
}

document.querySelectorAll("input[data-suggest]").forEach((input, number) => new Combobox(input, number));
