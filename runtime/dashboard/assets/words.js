// What a tile says in words.

import { age, clock, count } from "./format.js";

/** "down for 9 min since 12:41:03, probing" */
export function sinceWords({ state, forced, since, downSince, probeAt }, at) {
  if (state === "closed") return `for ${age(at - since)}` + (forced ? ", until reset" : "");
  const began = downSince ?? since;
  const words = `down for ${age(at - began)} since ${clock(began, at)}`;
  if (forced) return `${words}, until reset`;
  if (state === "half-open") return `${words}, probing`;
  return `${words}, ` + (probeAt > at ? `probe in ${age(probeAt - at)}` : "the next call probes");
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

/** "closed → open: failures in a row" and what else is known of an event. */
export function eventWords({ from, to, cause, forced, times, down, turnedAway, error }) {
  const words = [`${from} → ${forced ? "forced " : ""}${to}: ${cause}`];
  if (times) words.push(`${count(times)} times`);
  if (down) words.push(`down for ${age(down)}`);
  if (turnedAway) words.push(`${count(turnedAway)} turned away`);
  return words.join(", ") + (error ? `: ${error}` : "");
}
