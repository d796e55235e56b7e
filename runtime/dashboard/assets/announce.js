// What is read out to those who don't see the page.

import { isTrouble } from "./trouble.js";

const pause = 5000; // An outage changes one circuit after another: that is one word, not twelve.

const pending = new Map();
let saidAt = -Infinity;

/**
 * Takes changed circuits, a view and a level each, and returns what to read out now: of all that
 * have changed since it said something last, "" where that is nothing or just now.
 */
export function announcement(changes, now = performance.now()) {
  for (const change of changes) pending.set(change.view.name, change);
  if (pending.size === 0 || now - saidAt < pause) return "";
  const words = changeWords([...pending.values()]);
  pending.clear();
  saidAt = now;
  return words;
}

/** What has become of changed circuits: each by name while they are few. */
export function changeWords(changes) {
  if (changes.length <= 3) {
    return changes.map((change) => `${change.view.name} is ${nowWords(change)}.`).join(" ");
  }
  const kinds = [
    ["not closed any more", ({ view }) => view.state !== "closed"],
    ["closed but in trouble", ({ view, level }) => view.state === "closed" && isTrouble(level)],
    ["closed and well", ({ level }) => !isTrouble(level)],
  ];
  const words = kinds
    .map(([kind, is]) => [changes.filter(is).length, kind])
    .filter(([number]) => number > 0)
    .map((pair) => pair.join(" "));
  return `${changes.length} circuits changed: ${words.join(", ")}.`;
}

function nowWords({ view: { state, forced, why }, level }) {
  if (state !== "closed") return (forced ? "forced " : "") + state;
  if (forced) return "forced closed" + (isTrouble(level) ? ", and in trouble" : "");
  return isTrouble(level) ? `closed, but in trouble: ${why}` : "closed and well";
}
