// In which order tiles stand, and which of them.

import { isTrouble, levels } from "./trouble.js";

/** Sorts by these, each smaller first, and by name where they are equal. */
const keys = {
  name: () => [0, 0],
  // What went first comes first: a probe that fails changes nothing in that.
  trouble: ({ level, view }) =>
    [levels.indexOf(level), level === "down" ? view.downSince ?? 0 : 0],
  rate: (tile) => [-(tile.history.rate() ?? 0), 0],
  errors: (tile) => [-(tile.view.trouble ?? 0), 0],
  latency: (tile) => [-(tile.view.p99 ?? 0), 0],
};

const byName = new Intl.Collator("en", { numeric: true });

export function sorted(tiles, order) {
  const key = keys[order] ?? keys.trouble;
  return [...tiles]
    .map((tile) => ({ tile, key: key(tile) }))
    .sort((a, b) =>
      a.key[0] - b.key[0] || a.key[1] - b.key[1] || byName.compare(a.tile.name, b.tile.name))
    .map(({ tile }) => tile);
}

/** Whether a tile has all words of `filter` in its name and is in what `show` names. */
export function matches({ name, view, level }, filter, show) {
  if (show !== "all" && !shows[show]({ view, level })) return false;
  const lower = name.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}

/** What the buttons show. */
export const shows = {
  trouble: ({ level }) => isTrouble(level),
  down: ({ level }) => level === "down",
  forced: ({ view }) => Boolean(view.forced),
  well: ({ level }) => !isTrouble(level),
};

/** The indexes of a longest rising part of `positions`: what may stay where it stands. */
export function staying(positions) {
  const ends = []; // ends[n]: where the part of length n + 1 that ends lowest does so
  const before = [];
  positions.forEach((position, i) => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (positions[ends[middle]] < position) low = middle + 1;
      else high = middle;
    }
    before[i] = ends[low - 1];
    ends[low] = i;
  });
  const stay = new Set();
  for (let i = ends.at(-1); i !== undefined; i = before[i]) stay.add(i);
  return stay;
}
