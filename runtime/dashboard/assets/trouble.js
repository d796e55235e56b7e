// How much a circuit needs a look. Each of these outweighs the ones after it.

/** "down" is not closed, "bad" and "some" are shares of calls that nobody served. */
export const levels = ["down", "bad", "some", "forced", "well"];

const enter = { bad: 0.5, some: 0.1 };
const leave = { bad: 0.4, some: 0.07 }; // It has to get well clear of that again.

/** The level of a circuit whose level was `before`. */
export function level({ state, forced, trouble = 0 }, before) {
  if (state !== "closed") return "down";
  const was = levels.indexOf(before);
  for (const one of ["bad", "some"]) {
    const shared = was > 0 && was <= levels.indexOf(one);
    if (trouble >= (shared ? leave : enter)[one]) return one;
  }
  return forced ? "forced" : "well";
}

/** Whether callers suffer, or will. */
export const isTrouble = (level) => level !== "well" && level !== "forced";
