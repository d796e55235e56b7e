// The list of tiles.

import { matches, shows, sorted, staying } from "./order.js";
import { Tile } from "./tile.js";
import { isTrouble } from "./trouble.js";

const list = document.getElementById("circuits");
const empty = document.getElementById("empty");
const tiles = new Map();

const few = 2; // So many circuits get more room,
const many = 24; // and with more than so many, those that are well get less.
const resortEvery = 5000; // A moving list can't be read.
const handsOff = 3000; // Nor can a moving button be pressed.

let choice = { filter: "", show: "all", order: "trouble" };
let told = false; // by the server, be it that there is no circuit
let sortedAt = -Infinity; // Whoever opens the page in an outage sees it in order at once.
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

for (const event of ["pointermove", "pointerout"]) {
  list.addEventListener(event, ({ type, target, clientX }) => {
    const spark = target.closest?.(".spark");
    const tile = spark && tiles.get(spark.closest(".tile").dataset.circuit);
    tile?.point(type === "pointermove" ? clientX : null);
  }, { passive: true });
}

/**
 * Takes a message of the stream and returns the tiles of circuits that have left the closed
 * state, have come back, were forced, or came into trouble or out of it while they were closed.
 * What probes change in between isn't worth a word, nor a move.
 */
export function update({ at, all, circuits = [], events = {}, history = {}, gone = [] }) {
  told = true;
  const changes = circuits.map(set).filter(Boolean);
  for (const name of all ? lacking(circuits) : gone) remove(name);
  if (all) for (const tile of tiles.values()) tile.setEvents([]); // They may be another process's.
  for (const name in events) tiles.get(name)?.setEvents(events[name]);
  for (const name in history) tiles.get(name)?.load(at, history[name]);
  if (at) for (const tile of tiles.values()) tile.tick(at);
  arrange(changes.length > 0);
  return changes;
}

/** Shows one circuit, and returns its tile where that is worth a word: see update. */
function set(view) {
  let tile = tiles.get(view.name);
  const before = tile && kind(tile);
  if (!tile) {
    tile = new Tile(view.name);
    tiles.set(view.name, tile);
    list.append(tile.element);
    sight.observe(tile.element);
    sortedAt = -Infinity;
  }
  tile.set(view);
  const now = kind(tile);
  return before && Object.keys(now).some((key) => now[key] !== before[key]) ? tile : null;
}

/** What of a circuit is worth a word when it changes. */
const kind = ({ view, level }) => ({
  closed: view.state === "closed",
  forced: Boolean(view.forced),
  trouble: isTrouble(level),
});

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

/** Moves as few tiles as it takes, and leaves the focus where it is. */
function place(order) {
  const focused = document.activeElement;
  const position = new Map([...list.children].map((element, i) => [element, i]));
  const stay = staying(order.map(({ element }) => position.get(element)));
  let next = null;
  for (let i = order.length - 1; i >= 0; i--) {
    const { element } = order[i];
    if (!stay.has(i)) list.insertBefore(element, next);
    next = element;
  }
  if (focused !== document.activeElement) focused.focus({ preventScroll: true });
}

/** How many circuits each button shows. */
export function numbers() {
  const n = { all: tiles.size };
  for (const show in shows) n[show] = [...tiles.values()].filter(shows[show]).length;
  return n;
}
