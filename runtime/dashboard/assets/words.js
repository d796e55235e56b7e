// What a tile says in words.

import { age, count } from "./format.js";

/** "for 3 s, probe in 2 s" */
export function sinceWords({ state, forced, since, probeAt }, at) {
  const words = `for ${age(at - since)}`;
  if (forced) return `${words}, until reset`;
  if (state === "half-open") return `${words}, probing`;
  if (state === "open") {
    return `${words}, ` + (probeAt > at ? `probe in ${age(probeAt - at)}` : "the next call probes");
  }
  return words;
}

const parts = [ // What the window counts, and how many of it are called.
  ["failures", "failed"],
  ["timeouts", "timed out"],
  ["rejections", "rejected"],
  ["full", "over the limit"],
  ["ignored", "ignored"],
  ["slow", "slow"],
  ["retries", "retries", "retry"],
  ["fallbacks", "fallbacks", "fallback"],
];

/** "Last 10s: 124 calls, 37 failed, 12 timed out" */
export function windowWords(window) {
  const calls = ["successes", "failures", "timeouts", "rejections", "full", "ignored"]
    .reduce((sum, key) => sum + (window[key] ?? 0), 0);
  const words = [calls === 1 ? "1 call" : `${count(calls)} calls`];
  for (const [key, many, one = many] of parts) {
    if (window[key]) words.push(`${count(window[key])} ${window[key] === 1 ? one : many}`);
  }
  return `Last ${window.span}: ${words.join(", ")}`;
}

/** What to read out of changed circuits: each by name while they are few. */
export function changeWords(changes) {
  if (changes.length <= 3) {
    return changes.map((c) => `${c.name} is ${c.forced ? "forced " : ""}${c.state}.`).join(" ");
  }
  const number = (state) => changes.filter((change) => change.state === state).length;
  const states = ["open", "half-open", "closed"].filter(number);
  const numbers = states.map((state) => `${number(state)} now ${state}`).join(", ");
  return `${changes.length} circuits changed: ${numbers}.`;
}
