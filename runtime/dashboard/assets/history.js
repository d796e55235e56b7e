// The last minute of one circuit, a column a second.

const length = 60;
const rateOver = 10;
const lowest = 4; // calls a second that fill the height: less is little, and should look it

export class History {
  /** What the circuit's totals grew by, oldest first; null where nobody looked. */
  columns = [];

  /** Adds what happened up to `at`; after a break in the stream the totals only set the mark. */
  push(at, total, resumed) {
    const seconds = this.at === undefined ? 0 : Math.max(1, Math.round((at - this.at) / 1000));
    const grown = resumed || !this.total ? null : growth(this.total, total, seconds);
    for (let i = 0; i < Math.min(seconds, length); i++) this.columns.push(grown);
    this.columns.splice(0, this.columns.length - length);
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
}

export const height = (column) => (column ? column.answered + column.failed + column.turned : 0);

function growth(from, to, seconds) {
  const grown = (key) => (to[key] - from[key]) / seconds;
  const column = { answered: grown("answered"), failed: grown("failed"), turned: grown("turned") };
  return Object.values(column).some((n) => n < 0) ? null : column; // Another circuit of that name.
}

/** Draws a history into an SVG whose view box is `length` wide. */
export function draw(svg, history) {
  const tall = svg.viewBox.baseVal.height;
  const scale = tall / Math.max(lowest, history.peak());
  const paths = { failed: "", turned: "", answered: "" };
  const first = length - history.columns.length;
  history.columns.forEach((column, i) => {
    if (!column) return;
    let bottom = tall;
    for (const kind in paths) {
      if (!column[kind]) continue;
      const part = Math.max(1, column[kind] * scale); // One failure in a thousand shows, too.
      const [y, up] = [bottom.toFixed(1), part.toFixed(1)];
      paths[kind] += `M${first + i} ${y}v-${up}h.8v${up}z`;
      bottom -= part;
    }
  });
  for (const kind in paths) svg.querySelector("." + kind).setAttribute("d", paths[kind]);
}
