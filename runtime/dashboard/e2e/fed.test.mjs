// The page fed with messages of the test's own, by the test's own clock: an outage of a minute
// takes no time.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { startBrowser, startServer } from "./harness.mjs";

let server, browser, page;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  page = await (await browser.newContext({ timezoneId: "UTC" })).newPage();
  await page.addInitScript(() => {
    let now = 300; // The page has just been opened.
    performance.now = () => now;
    window.streams = [];
    window.EventSource = class {
      constructor() {
        window.streams.push(this);
      }
      close() {
        this.closed = true;
      }
    };
    const observed = (target, what, count) =>
      new MutationObserver((records) => records.forEach(count)).observe(target, what);
    window.moves = window.announcements = 0;
    window.observe = () => {
      observed(document.getElementById("circuits"), { childList: true },
        ({ removedNodes }) => (window.moves += removedNodes.length));
      observed(document.getElementById("announcer"), { childList: true },
        ({ addedNodes }) => (window.announcements += addedNodes.length));
    };
    /** Has the server say that after so many seconds. */
    window.feed = (message, seconds = 0) => {
      now += 1000 * seconds;
      window.streams.at(-1).onmessage({ data: JSON.stringify({ at: 1e6 + now, ...message }) });
    };
    window.circuit = (name, more = {}) => ({
      name, state: "closed", since: 0, window: { span: "10s" }, rule: "Opens at 50%",
      total: { answered: 0, failed: 0, turned: 0 }, ...more,
    });
  });
});
afterEach(() => page.context().close());

const open = async (path = "/watch/") => {
  await page.goto(server.address + path);
  await page.waitForFunction(() => window.streams.length === 1);
  await page.evaluate(() => window.observe());
};

const names = () => page.locator(".tile h2").allTextContents();

test("trouble comes first from the first moment on, and what went first before all", async () => {
  await open();
  await page.evaluate(() => {
    feed({ all: true, circuits: [
      circuit("a well"),
      circuit("b some", { trouble: 0.2, why: "failing 20%: opens at 50%" }),
      circuit("c full", { trouble: 0.92, why: "turned away 92%: bulkhead of 2 is full" }),
      circuit("d later", { state: "open", downSince: 300, trouble: 1, why: "turned away 100%: open" }),
      circuit("e first", { state: "half-open", downSince: 200, since: 400, trouble: 1, why: "half-open" }),
    ] });
  });
  const order = ["e first", "d later", "c full", "b some", "a well"];
  assert.deepEqual(await names(), order);
  assert.equal(await page.title(), "4 in trouble – Circuits");
  // A moment later something goes wrong, and is seen at once.
  await page.evaluate(() =>
    feed({ circuits: [circuit("a well", { state: "open", downSince: 250 })] }, 1));
  assert.deepEqual(await names(), ["e first", "a well", "d later", "c full", "b some"]);
  const why = page.locator(".tile").filter({ hasText: "c full" }).locator(".why");
  assert.equal(await why.innerText(), "turned away 92%: bulkhead of 2 is full");
  for (const [button, shown] of [["In trouble 5", 5], ["Not closed 3", 3], ["Well 0", 0]]) {
    await page.getByRole("button", { name: button, exact: true }).click();
    assert.equal(await page.locator(".tile:visible").count(), shown, button);
  }
});

test("the list stands still in an outage", async () => {
  await open("/watch/#show=down");
  const { moves, announcements, sets } = await page.evaluate(async () => {
    const name = (i) => `Circuit ${String.fromCharCode(76 - i)}`; // They go in no order of theirs.
    const all = Array.from({ length: 12 }, (_, i) => circuit(name(i)));
    feed({ all: true, circuits: all });
    await new Promise((later) => setTimeout(later));
    window.moves = 0; // Now the list is in order.
    const sets = new Set();
    for (let second = 1; second <= 60; second++) {
      const circuits = all.map((_, i) => {
        const down = 3 + (i * 7) % 4; // Each goes within four seconds, and probes in its own.
        if (second < down) return circuit(name(i), { trouble: (second + i) % 3 ? 0.3 : 0.6 });
        const phase = (second - down) % 6;
        const state = phase === 5 ? "half-open" : "open";
        return circuit(name(i), {
          state, since: 1000 * (second - phase), downSince: 1000 * down, trouble: 1,
        });
      });
      feed({ circuits }, 1);
      await new Promise((later) => setTimeout(later)); // The observers have their turn.
      const shown = [...document.querySelectorAll(".tile:not([hidden])")];
      if (second > 6) sets.add(shown.map(({ dataset }) => dataset.circuit).join());
    }
    return { moves, announcements, sets: sets.size };
  });
  assert.equal(sets, 1, "what the filter shows, and in which order");
  assert.ok(moves <= 18, `${moves} moves`);
  assert.ok(announcements <= 3, `${announcements} announcements`);
});

test("trouble is read out while the circuit is closed, too", async () => {
  await open();
  const said = () => page.locator("#announcer").innerText();
  await page.evaluate(() => feed({ all: true, circuits: [circuit("a"), circuit("b")] }));
  await page.evaluate(() => feed({ circuits: [
    circuit("a", { trouble: 0.92, why: "turned away 92%: bulkhead of 2 is full" }),
  ] }, 1));
  assert.equal(await said(), "a is closed, but in trouble: turned away 92%: bulkhead of 2 is full.");
  await page.evaluate(() => feed({ circuits: [circuit("a", { trouble: 0.08 })] }, 6));
  assert.match(await said(), /in trouble/, "8% isn't well clear of it");
  await page.evaluate(() => feed({ circuits: [circuit("a")] }, 6));
  assert.equal(await said(), "a is closed and well.");
});

test("last error and events are there, the newest first", async () => {
  await open();
  await page.evaluate(() => feed({
    all: true,
    circuits: [circuit("users", {
      state: "open", downSince: 1000, lastError: "no route to <b>host</b>", lastErrorAt: 2000,
    })],
    events: { users: [
      { at: 1000, from: "closed", to: "open", cause: "failures in a row", error: "no route" },
      { at: 2000, from: "half-open", to: "open", cause: "probe failed", times: 24, turnedAway: 9 },
    ] },
  }));
  const tile = page.locator(".tile");
  assert.match(await tile.locator(".since").innerText(), /^down for 1\d{3} s|min since 00:00:01/);
  assert.match(await tile.locator(".error").innerText(), /00:00:02: no route to <b>host<\/b>$/);
  await tile.getByText("Last events").click();
  await tile.getByRole("listitem").nth(1).waitFor();
  const lines = await tile.getByRole("listitem").allInnerTexts();
  assert.match(lines[0], /00:00:02 half-open → open: probe failed, 24 times, 9 turned away$/);
  assert.match(lines[1], /00:00:01 closed → open: failures in a row: no route$/);
});

test("a hidden page lets its stream go, and has it again", async () => {
  await open();
  await page.evaluate(() => feed({ all: true, circuits: [circuit("users", { state: "open" })] }));
  const setHidden = (hidden) => page.evaluate((hidden) => {
    Object.defineProperty(document, "hidden", { get: () => hidden, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
    return window.streams.map(({ closed = false }) => closed);
  }, hidden);
  assert.deepEqual(await setHidden(true), [true]);
  assert.equal(await page.title(), "Paused – Circuits");
  assert.deepEqual(await setHidden(false), [true, false]);
  await page.evaluate(() => feed({ all: true, circuits: [circuit("users", { state: "open" })] }));
  assert.equal(await page.title(), "1 in trouble – Circuits");
});

test("while the connection is lost, the title doesn't count", async () => {
  await open();
  await page.evaluate(() => {
    feed({ all: true, circuits: [circuit("users", { state: "open" })] });
    window.streams[0].onerror();
  });
  assert.equal(await page.title(), "Connection lost – Circuits");
});

test("the page names its process, and says when it shows another", async () => {
  await open();
  const show = (id) => page.evaluate((id) =>
    feed({ all: true, process: { id, started: 1000, version: "v1.2.3" }, circuits: [] }), id);
  await show("ONE");
  const line = page.locator("#process");
  assert.match(await line.innerText(), /^Process ONE, started .*00:00:01, v1.2.3$/);
  await show("TWO");
  assert.match(await line.innerText(), /^Process TWO, .*, before it, this page showed process ONE$/);
  assert.match(await page.locator("#announcer").innerText(), /process TWO/);
});

test("the chart says how far back it reaches, and its values under the pointer", async () => {
  await open();
  await page.evaluate(() => feed({
    all: true, circuits: [circuit("users")],
    history: { users: [null, [1, 2, 3], [40, 2, 98]] },
  }));
  const spark = page.locator(".spark");
  assert.equal(await page.locator(".reach").innerText(), "Last 2 s, peak 140/s");
  const { x, y, width, height } = await spark.boundingBox();
  await page.mouse.move(x + width * 0.99, y + height / 2);
  assert.equal(await page.locator(".reach").innerText(), "0 s ago: 40 answered, 2 failed, 98 turned away");
  await page.mouse.move(x + width * 0.11, y + height / 2);
  assert.equal(await page.locator(".reach").innerText(), "53 s ago: not known");
  await page.mouse.move(0, 0);
  assert.equal(await page.locator(".reach").innerText(), "Last 2 s, peak 140/s");
  // Answered and failed stand on the axis, what was turned away hangs below it, hollow.
  const box = (part) => spark.locator(`.${part}`).evaluate((path) => {
    const { y, height } = path.getBBox();
    return { top: y, bottom: y + height };
  });
  const [answered, failed, turned, axis] =
    await Promise.all(["answered", "failed", "turned", "axis"].map(box));
  assert.ok(answered.top < failed.top && failed.bottom <= axis.top + 0.1, "failed isn't on the axis");
  assert.ok(turned.top >= axis.top - 0.1 && turned.bottom > axis.top + 5, "turned isn't below the axis");
});

/** The contrast of two colours as getComputedStyle writes them. */
function contrast(a, b) {
  const luminance = (colour) => {
    const [r, g, b] = colour.match(/[\d.]+/g).map((n) => n / 255)
      .map((n) => (n <= 0.03928 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

for (const colorScheme of ["light", "dark"]) {
  test(`bars stand out of their tile, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await open();
    await page.evaluate(() => feed({ all: true, circuits: [
      circuit("a"), circuit("b", { trouble: 0.2 }), circuit("c", { state: "open" }),
      circuit("d", { state: "half-open" }), circuit("e", { trouble: 0.9 }),
    ] }));
    const colours = await page.locator(".tile").evaluateAll((tiles) => tiles.map((tile) => {
      const of = (selector, property) => getComputedStyle(tile.querySelector(selector))[property];
      return [getComputedStyle(tile).backgroundColor, of(".answered", "fill"), of(".failed", "fill"),
        of(".turned", "stroke")];
    }));
    assert.equal(colours.length, 5);
    for (const [ground, ...bars] of colours) {
      for (const bar of bars) {
        assert.ok(contrast(ground, bar) >= 3, `${bar} on ${ground}: ${contrast(ground, bar)}`);
      }
      assert.ok(contrast(bars[0], bars[1]) >= 1.8, `answered and failed are alike: ${bars}`);
    }
  });
}

test("forced colours keep the legend, the pressed filter and the open tile apart", async () => {
  await page.emulateMedia({ forcedColors: "active" });
  await open();
  await page.evaluate(() => feed({ all: true, circuits: [
    circuit("a"), circuit("b", { trouble: 0.2 }), circuit("c", { state: "open" }),
  ] }));
  const style = (selector, property, pseudo) => page.locator(selector).first().evaluate(
    (element, [property, pseudo]) => getComputedStyle(element, pseudo)[property], [property, pseudo]);
  const ground = await style("body", "backgroundColor");
  const swatches = [
    await style(".legend .answered", "backgroundColor", "::before"),
    await style(".legend .failed", "backgroundColor", "::before"),
    await style(".legend .turned", "borderTopColor", "::before"),
  ];
  for (const swatch of swatches) assert.ok(contrast(swatch, ground) >= 3, `${swatch} on ${ground}`);
  assert.notEqual(swatches[0], swatches[1]);
  assert.notEqual(
    await style("#states [aria-pressed=true]", "backgroundColor"),
    await style("#states [aria-pressed=false]", "backgroundColor"));
  const borders = await page.locator(".tile").evaluateAll((tiles) =>
    tiles.map((tile) => getComputedStyle(tile).borderLeft));
  assert.equal(new Set(borders).size, 3, borders.join("; "));
});

test("the filter row stays in sight, and buttons can be hit", async () => {
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 700 });
    await open("/control/");
    await page.evaluate(() => feed({
      all: true, circuits: Array.from({ length: 60 }, (_, i) => circuit(`c${i}`)),
    }));
    await page.evaluate(() => scrollTo(0, 1500));
    const box = await page.getByRole("button", { name: "In trouble" }).boundingBox();
    assert.ok(box.y >= 0 && box.y < 150, `at ${width}, the buttons are at ${box.y}`);
    const low = await page.locator("button:visible, summary:visible").evaluateAll((buttons) =>
      buttons.filter((b) => b.getBoundingClientRect().height < 24).map((b) => b.textContent));
    assert.deepEqual(low, []);
  }
});

test("a lost answer is told of until there are answers again", async () => {
  await open("/control/");
  await page.evaluate(() => feed({ all: true, circuits: [circuit("users")] }));
  await page.route("**/control/control", (route) => route.abort());
  await page.getByRole("button", { name: "Force close" }).click();
  const failure = page.getByRole("alert");
  await failure.getByText("Not done: Failed to fetch").waitFor();
  await page.evaluate(() => feed({}, 1));
  assert.notEqual(await failure.innerText(), "", "it went before it could be read");
  await page.evaluate(() => feed({}, 6));
  assert.equal(await failure.innerText(), "");
});
