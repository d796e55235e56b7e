// One circuit's tile: what the page was told of it last, and the elements that show it.

import * as format from "./format.js";
import { draw, History } from "./history.js";
import { sinceWords, windowWords } from "./words.js";

const template = document.getElementById("tile");
let made = 0;

export class Tile {
  history = new History();
  inSight = false; // A sparkline that nobody sees isn't drawn.

  constructor(name) {
    this.name = name;
    const element = (this.element = template.content.firstElementChild.cloneNode(true));
    element.dataset.circuit = name;
    this.fields = {};
    for (const field of element.querySelectorAll("[data-field]")) {
      this.fields[field.dataset.field] = field;
    }
    this.spark = element.querySelector(".spark");
    this.level = element.querySelector(".level");
    this.mark = element.querySelector(".mark");

    const heading = element.querySelector("h2");
    heading.id = `circuit-${made++}`;
    heading.append(...breakable(name));
    element.querySelector("article").setAttribute("aria-labelledby", heading.id);
    for (const button of element.querySelectorAll("button")) {
      button.setAttribute("aria-describedby", heading.id);
    }
  }

  /** Takes the server's description of the circuit. */
  set(view) {
    this.view = view;
    this.strained = isStrained(view, this.strained);
    this.element.dataset.state = view.state;
    this.element.toggleAttribute("data-forced", Boolean(view.forced));
    this.element.toggleAttribute("data-strained", this.strained);
    this.write("state", (view.forced ? "forced " : "") + view.state);
    this.write("errors", isJudged(view) ? format.share(view.errors ?? 0) : "–");
    this.write("inFlight", format.count(view.inFlight ?? 0));
    for (const p of ["p50", "p90", "p99"]) this.write(p, format.duration(view[p]));
    this.write("window", windowWords(view.window));
    this.write("rule", view.rule);
    this.level.setAttribute("width", 100 * (view.errors ?? 0));
    this.mark.setAttribute("x", 100 * (view.opensAt ?? 2)); // Out of sight where it never opens.
  }

  /** Goes on to the server's time `at`; `resumed` says that nobody looked in between. */
  tick(at, resumed) {
    this.history.push(at, this.view.total, resumed);
    this.write("since", sinceWords(this.view, at));
    this.write("rate", format.rate(this.history.rate()));
    this.write("peak", `, peak ${format.count(this.history.peak())}/s`);
    if (this.inSight) this.draw();
  }

  /** Whether the breaker lets calls through, and would open. */
  well() {
    return this.view.state === "closed" && !this.view.forced;
  }

  draw() {
    draw(this.spark, this.history);
  }

  write(field, text) {
    const element = this.fields[field];
    if (element.textContent !== text) element.textContent = text;
  }
}

/** Whether the window holds calls by which the circuit is judged. */
function isJudged({ window: { successes = 0, failures = 0, timeouts = 0 } }) {
  return successes + failures + timeouts > 0;
}

/** Whether a closed circuit is half-way to opening; it has to get well clear of that again. */
function isStrained({ state, errors = 0, opensAt, opensFor }, before) {
  return Boolean(opensFor) && state === "closed" && errors >= opensAt * (before ? 0.35 : 0.5);
}

/** The name's text, with places where a line may break. */
function breakable(name) {
  return name.split(/(?<=[./])|(?=\[)/).flatMap((part) => [document.createElement("wbr"), part]);
}
