// The last minute of one circuit, a column a second.

import { age, few } from "./format.js";

const length = 60;
const rateOver = 10;
const lowest = 4; // calls a second that fill the height: less is little, and should look it

export class History {
  /** What the circuit's totals grew by, oldest first; null where nobody looked. */
  columns = [];

  /** Takes what the server has kept up to `at`. */
  load(at, total, columns) {
    this.columns = columns.map((c) => c && { answered: c[0], failed: c[1], turned: c[2] });
    this.at = at;
    this.total = total;
  }

  /** Adds what happened up to `at`. */
  push(at, total) {
    if (this.at !== undefined) {
      const seconds = Math.round((at - this.at) / 1000);
      if (seconds < 1) return;
      const grown = growth(this.total, total, seconds);
      for (let i = 0; i < Math.min(seconds, length); i++) this.columns.push(grown);
      this.columns.splice(0, this.columns.length - length);
    }
    this.at = at;
    this.total = total;
  }

  /** Calls per second of late, null while unknown. */
  rate() {
    const known = this.columns.slice(-rateOver).filter((c) => c !== null);
    return known.length ? known.reduce((sum, c) => sum + height(c), 0) / known.length : null;
  }

  peak() {
    return this.columns.reduce((top, c) => Math.max(top, height(c)), 0);
  }

  /** How far back it reaches, in words. */
  reach() {
    const first = this.columns.findIndex((c) => c !== null);
    return first < 0 ? "No history yet" : `Last ${age(1000 * (this.columns.length - first))}`;
  }

  /** What happened at `x`, from 0 at the left of the picture to 1, in words. */
  words(x) {
    const back = length - 1 - Math.min(length - 1, Math.max(0, Math.floor(x * length)));
    const column = this.columns[this.columns.length - 1 - back];
    const what = column
      ? `${few(column.answered)} answered, ${few(column.failed)} failed, ` +
        `${few(column.turned)} turned away`
      : "not known";
    return `${age(1000 * back)} ago: ${what}`;
  }
}

export const height = (column) => (column ? column.answered + column.failed + column.turned : 0);

function growth(from, to, seconds) {
  const grown = (key) => (to[key] - from[key]) / seconds;
  const column = { answered: grown("answered"), failed: grown("failed"), turned: grown("turned") };
  return Object.values(column).some((n) => n < 0) ? null : column; // Another circuit of that name.
}

/**
 * Draws a history into an SVG whose view box is `length` wide: what reached the dependency
 * above the axis, what was turned away below it, both by one scale.
 */
export function draw(svg, { columns }) {
  const tall = svg.viewBox.baseVal.height;
  const highest = (of) => columns.reduce((top, c) => Math.max(top, c ? of(c) : 0), 0);
  const up = highest((c) => c.answered + c.failed);
  const down = highest((c) => c.turned);
  const scale = tall / Math.max(lowest, up + down);
  const axis = tall - Math.min(tall - 2, down ? Math.max(2, down * scale) : 0);
  const paths = { failed: "", turned: "", answered: "" };
  const first = length - columns.length;
  const bar = (i, y, by) =>
    `M${first + i + 0.1} ${y.toFixed(1)}v${by.toFixed(1)}h.8v${(-by).toFixed(1)}z`;
  columns.forEach((column, i) => {
    if (!column) return;
    // One failure in a thousand shows, too.
    const part = (kind) => Math.max(1, column[kind] * scale);
    let y = axis;
    for (const kind of ["failed", "answered"]) {
      if (!column[kind]) continue;
      paths[kind] += bar(i, y, -part(kind));
      y -= part(kind);
    }
    if (column.turned) paths.turned += bar(i, axis, part("turned"));
  });
  for (const kind in paths) svg.querySelector("." + kind).setAttribute("d", paths[kind]);
  svg.querySelector(".axis").setAttribute("d", `M0 ${axis.toFixed(1)}H${length}`);
}
