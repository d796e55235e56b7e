// The list of tiles.

import { matches, sorted } from "./order.js";
import { Tile } from "./tile.js";

const list = document.getElementById("circuits");
const empty = document.getElementById("empty");
const tiles = new Map();

const few = 2; // So many circuits get more room,
const many = 24; // and with more than so many, those that are well get less.
const resortEvery = 5000; // A moving list can't be read.
const handsOff = 3000; // Nor can a moving button be pressed.

let choice = { filter: "", show: "all", order: "trouble" };
let told = false; // by the server, be it that there is no circuit
let sortedAt = 0;
let touchedAt = -Infinity;

for (const event of ["pointermove", "pointerdown", "keydown", "focusin"]) {
  list.addEventListener(event, () => (touchedAt = performance.now()), { passive: true });
}

const sight = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    const tile = tiles.get(target.dataset.circuit);
    if (!tile) continue;
    tile.inSight = isIntersecting;
    if (isIntersecting) tile.draw();
  }
}, { rootMargin: "200px" });

/** Takes a message of the stream and returns the circuits whose state has changed. */
export function update({ at, all, circuits = [], gone = [] }) {
  told = true;
  const changes = circuits.filter(set);
  for (const name of all ? lacking(circuits) : gone) remove(name);
  if (at) for (const tile of tiles.values()) tile.tick(at, all);
  arrange(changes.length > 0);
  return changes;
}

/** Shows one circuit, and says whether its state has changed. */
function set(view) {
  let tile = tiles.get(view.name);
  const before = tile?.view;
  if (!tile) {
    tile = new Tile(view.name);
    tiles.set(view.name, tile);
    list.append(tile.element);
    sight.observe(tile.element);
    sortedAt = 0;
  }
  tile.set(view);
  return before && (before.state !== view.state || before.forced !== view.forced);
}

/** The names of the tiles that aren't among `circuits`. */
function lacking(circuits) {
  const names = new Set(circuits.map(({ name }) => name));
  return [...tiles.keys()].filter((name) => !names.has(name));
}

function remove(name) {
  const { element } = tiles.get(name) ?? {};
  if (!element) return;
  sight.unobserve(element);
  element.remove();
  tiles.delete(name);
}

/** Shows what the reader has chosen. */
export function choose(chosen) {
  choice = chosen;
  touchedAt = -Infinity;
  arrange(true);
}

function arrange(now) {
  let shown = 0;
  for (const tile of tiles.values()) {
    const fits = matches(tile, choice.filter, choice.show);
    tile.element.hidden = !fits;
    if (fits) shown++;
  }
  const dense = shown > many;
  list.classList.toggle("few", shown <= few);
  list.classList.toggle("dense", dense);
  for (const tile of tiles.values()) {
    // Only where trouble comes first do tiles of two heights make whole rows.
    tile.element.classList.toggle("low", dense && (choice.order !== "trouble" || tile.well()));
  }
  empty.hidden = shown > 0 || !told;
  empty.textContent = tiles.size === 0
    ? "No circuits yet. Each shows up here as soon as its wrapper is made."
    : "No circuit is like that.";
  const time = performance.now();
  if (time - touchedAt > handsOff && (now || time - sortedAt > resortEvery)) {
    place(sorted(tiles.values(), choice.order));
    sortedAt = time;
  }
}

/** Moves the tiles that aren't where they belong, and leaves the focus where it is. */
function place(order) {
  const focused = document.activeElement;
  let next = list.firstElementChild;
  for (const { element } of order) {
    if (element === next) next = next.nextElementSibling;
    else list.insertBefore(element, next);
  }
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** How many circuits there are in each state. */
export function numbers() {
  const n = { all: tiles.size, open: 0, "half-open": 0, closed: 0, forced: 0 };
  for (const { view } of tiles.values()) {
    n[view.state]++;
    if (view.forced) n.forced++;
  }
  return n;
}
