// The page's modules one by one. They run in the browser that they are written for.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startServer } from "./harness.mjs";

let server, browser, page;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  page = await browser.newPage();
  await page.goto(`${server.address}/watch/`);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Calls a function of one of the page's modules with each input and compares with the output. */
const table = (module, name, cases) =>
  test(`${name} of ${module}`, async () => {
    const inputs = cases.map(([input]) => input);
    const outputs = await page.evaluate(async ({ module, name, inputs }) => {
      const f = (await import(`./${module}`))[name];
      return inputs.map((input) => f(...input));
    }, { module, name, inputs });
    assert.deepEqual(outputs, cases.map(([, output]) => output));
  });

table("format.js", "count", [[[0], "0"], [[9999], "9,999"], [[12345], "12.3K"], [[4e9], "4B"]]);

table("format.js", "rate", [
  [[null], "–"], [[0], "0/s"], [[0.04], "<0.1/s"], [[0.1], "0.1/s"], [[4.12], "4.1/s"],
  [[9.96], "10/s"], [[41.2], "41/s"], [[12345], "12.3K/s"],
]);

table("format.js", "share", [
  [[0], "0%"], [[0.0004], "<0.1%"], [[0.001], "0.1%"], [[0.374], "37.4%"], [[0.9996], "100%"], [[1], "100%"],
]);

table("format.js", "duration", [
  [[undefined], "–"], [[0.004], "<0.01 ms"], [[0.42], "0.42 ms"], [[0.996], "1.0 ms"],
  [[9.96], "10 ms"], [[12.3], "12 ms"], [[999.4], "999 ms"], [[999.6], "1.0 s"], [[61000], "61 s"],
]);

table("format.js", "age", [
  [[-400], "0 s"], [[119400], "119 s"], [[120000], "2 min"], [[7199000], "119 min"],
  [[7200000], "2 h"], [[172799000], "47 h"], [[172800000], "2 days"],
]);

table("words.js", "sinceWords", [
  [[{ state: "closed", since: 1000 }, 4000], "for 3 s"],
  [[{ state: "closed", forced: true, since: 1000 }, 4000], "for 3 s, until reset"],
  [[{ state: "open", forced: true, since: 1000 }, 4000], "for 3 s, until reset"],
  [[{ state: "open", since: 1000, probeAt: 6000 }, 4000], "for 3 s, probe in 2 s"],
  [[{ state: "open", since: 1000, probeAt: 6000 }, 9000], "for 8 s, the next call probes"],
  [[{ state: "half-open", since: 1000 }, 4000], "for 3 s, probing"],
]);

table("words.js", "windowWords", [
  [[{ span: "10s" }], "Last 10s: 0 calls"],
  [[{ span: "10s", ignored: 1 }], "Last 10s: 1 call, 1 ignored"],
  [
    [{ span: "100 calls", successes: 9, failures: 2, timeouts: 3, rejections: 4, full: 5, retries: 1 }],
    "Last 100 calls: 23 calls, 2 failed, 3 timed out, 4 rejected, 5 over the limit, 1 retry",
  ],
]);

table("words.js", "changeWords", [
  [[[{ name: "a", state: "open" }]], "a is open."],
  [[[{ name: "a", state: "closed", forced: true }, { name: "b", state: "half-open" }]],
    "a is forced closed. b is half-open."],
  [[["open", "open", "closed", "open"].map((state) => ({ name: "x", state }))],
    "4 circuits changed: 3 now open, 1 now closed."],
]);

table("order.js", "matches", [
  [[{ name: "Users.Get", view: { state: "closed" } }, "", "all"], true],
  [[{ name: "Users.Get", view: { state: "closed" } }, " get USERS ", "closed"], true],
  [[{ name: "Users.Get", view: { state: "closed" } }, "get orders", "all"], false],
  [[{ name: "Users.Get", view: { state: "closed" } }, "", "open"], false],
  [[{ name: "Users.Get", view: { state: "open" } }, "", "forced"], false],
  [[{ name: "Users.Get", view: { state: "open", forced: true } }, "", "forced"], true],
]);

test("sorted of order.js", async () => {
  const orders = await page.evaluate(async () => {
    const { sorted } = await import("./order.js");
    const tile = (name, view, rate, strained) =>
      ({ name, strained, view: { state: "closed", ...view }, history: { rate: () => rate } });
    const tiles = [
      tile("i10", { errors: 0.1 }, 5),
      tile("i9", { p99: 3 }, null),
      tile("strained", { errors: 0.4, p99: 9 }, 2, true),
      tile("forced", { forced: true }, 1),
      tile("half", { state: "half-open" }, 3),
      tile("open", { state: "open", errors: 1 }, 4),
    ];
    const names = (order) => sorted(tiles, order).map(({ name }) => name).join(" ");
    return ["trouble", "name", "rate", "errors", "latency", "unknown"].map(names);
  });
  assert.deepEqual(orders, [
    "open half forced strained i9 i10",
    "forced half i9 i10 open strained",
    "i10 open half strained forced i9",
    "open strained i10 forced half i9",
    "strained i9 forced half i10 open",
    "open half forced strained i9 i10",
  ]);
});

test("a history has a column a second, and none for what nobody saw", async () => {
  const got = await page.evaluate(async () => {
    const { History } = await import("./history.js");
    const history = new History();
    const totals = (n) => ({ answered: n, failed: 2 * n, turned: 0 });
    const columns = () => history.columns.map((c) => c && c.answered);
    const steps = [];
    const push = (at, n, resumed) => {
      history.push(at, totals(n), resumed);
      steps.push([columns(), history.rate(), history.peak()]);
    };
    push(0, 100, true);
    push(1010, 104, false); // A second, more or less.
    push(1990, 106, false);
    push(4000, 110, false); // The stream stood still: what came is spread.
    push(7000, 500, true); // It broke, and nobody counted.
    push(8000, 3, false); // The circuit was made anew.
    push(9000, 4, false);
    for (let second = 10; second < 100; second++) history.push(second * 1000, totals(second), false);
    steps.push(history.columns.length);
    return steps;
  });
  assert.deepEqual(got, [
    [[], null, 0],
    [[4], 12, 12],
    [[4, 2], 9, 12],
    [[4, 2, 2, 2], 7.5, 12],
    [[4, 2, 2, 2, null, null, null], 7.5, 12],
    [[4, 2, 2, 2, null, null, null, null], 7.5, 12],
    [[4, 2, 2, 2, null, null, null, null, 1], 6.6, 12],
    60,
  ]);
});
