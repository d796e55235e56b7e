// One circuit's tile: what the page was told of it last, and the elements that show it.

import * as format from "./format.js";
import { draw, History } from "./history.js";
import { isTrouble, level } from "./trouble.js";
import { eventWords, sinceWords, windowWords } from "./words.js";

const template = document.getElementById("tile");
let made = 0;

export class Tile {
  history = new History();
  events = [];
  pointedAt = null; // where on the sparkline the pointer is, from 0 to 1
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
    this.gauge = element.querySelector(".level");
    this.mark = element.querySelector(".mark");

    this.details = element.querySelector(".events");
    this.details.addEventListener("toggle", () => this.writeEvents());

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
    this.level = level(view, this.level);
    const { dataset } = this.element;
    dataset.state = view.state;
    dataset.level = this.level;
    this.element.toggleAttribute("data-forced", Boolean(view.forced));
    this.write("state", (view.forced ? "forced " : "") + view.state);
    this.write("why", isTrouble(this.level) ? view.why ?? "" : "");
    this.write("trouble", format.share(view.trouble ?? 0));
    this.write("inFlight", format.count(view.inFlight ?? 0));
    this.write("oldest", view.oldest ? `, oldest ${format.age(view.oldest)}` : "");
    for (const p of ["p50", "p90", "p99"]) this.write(p, format.duration(view[p]));
    this.write("window", windowWords(view.window));
    this.write("rule", view.rule);
    this.write("error", view.lastError
      ? `Last error, ${format.clock(view.lastErrorAt)}: ${view.lastError}` : "");
    this.gauge.setAttribute("width", 100 * (view.errors ?? 0));
    this.mark.setAttribute("x", 100 * (view.opensAt ?? 2)); // Out of sight where it never opens.
  }

  /** Takes the circuit's last events, oldest first. */
  setEvents(events) {
    this.events = events;
    this.details.hidden = events.length === 0;
    this.writeEvents();
  }

  writeEvents() {
    if (!this.details.open) return;
    const items = this.events.toReversed().map((event) => {
      const time = document.createElement("time");
      time.dateTime = new Date(event.at).toISOString();
      time.textContent = format.clock(event.at);
      const item = document.createElement("li");
      item.append(time, " ", eventWords(event));
      return item;
    });
    this.details.querySelector("ol").replaceChildren(...items);
  }

  /** Takes the history that the server has kept. */
  load(at, columns) {
    this.history.load(at, this.view.total, columns);
  }

  /** Goes on to the server's time `at`. */
  tick(at) {
    this.history.push(at, this.view.total);
    this.write("since", sinceWords(this.view, at));
    this.write("rate", format.rate(this.history.rate()));
    this.writeReach();
    if (this.inSight) this.draw();
  }

  /** Shows the sparkline's values at an x of the window; null is none. */
  point(x) {
    const { left, width } = this.spark.getBoundingClientRect();
    this.pointedAt = x === null ? null : (x - left) / width;
    this.fields.reach.toggleAttribute("data-pointed", x !== null);
    this.writeReach();
  }

  writeReach() {
    this.write("reach", this.pointedAt === null
      ? `${this.history.reach()}, peak ${format.count(this.history.peak())}/s`
      : this.history.words(this.pointedAt));
  }

  /** Whether nobody has to look at it. */
  well() {
    return this.level === "well";
  }

  draw() {
    draw(this.spark, this.history);
  }

  write(field, text) {
    const element = this.fields[field];
    if (element.textContent !== text) element.textContent = text;
  }
}

/** The name's text, with places where a line may break. */
function breakable(name) {
  return name.split(/(?<=[./])|(?=\[)/).flatMap((part) => [document.createElement("wbr"), part]);
}
