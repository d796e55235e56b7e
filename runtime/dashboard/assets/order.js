// In which order tiles stand, and which of them.

/** Sorts by these, each smaller first, and by name where they are equal. */
const keys = {
  name: () => 0,
  trouble: (tile) => {
    if (tile.view.state === "open") return 0;
    if (tile.view.state === "half-open") return 1;
    return tile.view.forced ? 2 : tile.strained ? 3 : 4;
  },
  rate: (tile) => -(tile.history.rate() ?? 0),
  errors: (tile) => -(tile.view.errors ?? 0),
  latency: (tile) => -(tile.view.p99 ?? 0),
};

const byName = new Intl.Collator("en", { numeric: true });

export function sorted(tiles, order) {
  const key = keys[order] ?? keys.trouble;
  return [...tiles]
    .map((tile) => ({ tile, key: key(tile) }))
    .sort((a, b) => a.key - b.key || byName.compare(a.tile.name, b.tile.name))
    .map(({ tile }) => tile);
}

/** Whether a tile has all words of `filter` in its name and is in what `show` names. */
export function matches({ name, view }, filter, show) {
  if (show === "forced" ? !view.forced : show !== "all" && show !== view.state) return false;
  const lower = name.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}
