// Numbers as an engineer reads them at a glance.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const compact = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

/** 950 → "950", 12345 → "12.3K" */
export const count = (n) => (n < 10000 ? whole.format(n) : compact.format(n));

/** 0.25 → "0.3", 12 → "12": a mean of few */
export const few = (n) => (n < 9.95 && n % 1 ? n.toFixed(1) : count(n));

/** 0.04 → "<0.1/s", 4.123 → "4.1/s", 41.2 → "41/s" */
export function rate(n) {
  if (n === null) return "–";
  if (n > 0 && n < 0.1) return "<0.1/s";
  return (n > 0 && n < 9.95 ? n.toFixed(1) : count(n)) + "/s";
}

/** 0.0004 → "<0.1%", 0.374 → "37.4%" */
export function share(x) {
  if (x > 0 && x < 0.001) return "<0.1%";
  return (x > 0 && x < 0.9995 ? (x * 100).toFixed(1) : Math.round(x * 100)) + "%";
}

/** Milliseconds: 0.42 → "0.42 ms", 12.34 → "12 ms", 1234 → "1.2 s"; more isn't known. */
export function duration(ms) {
  if (!ms) return "–";
  if (ms < 0.01) return "<0.01 ms";
  return ms < 999.5 ? two(ms) + " ms" : two(ms / 1000) + " s";
}

const two = (n) => (n < 0.995 ? n.toFixed(2) : n < 9.95 ? n.toFixed(1) : whole.format(n));

/** Milliseconds, roughly: 12345 → "12 s", 130000 → "2 min" */
export function age(ms) {
  const s = Math.max(0, Math.round(ms / 1000));
  if (s < 120) return `${s} s`;
  if (s < 2 * 3600) return `${Math.floor(s / 60)} min`;
  if (s < 48 * 3600) return `${Math.floor(s / 3600)} h`;
  return `${Math.floor(s / 86400)} days`;
}

const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });

/** The reader's own clock: "12:41:03", or before a day "27 Nov, 12:41:03" */
export function clock(at, now = Date.now()) {
  return (now - at < 24 * 3600 * 1000 ? "" : `${day.format(at)}, `) + time.format(at);
}
