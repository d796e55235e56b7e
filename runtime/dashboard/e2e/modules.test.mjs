// The page's modules one by one. They run in the browser that they are written for.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startBrowser, startServer } from "./harness.mjs";

let server, browser, page;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
  page = await browser.newPage({ timezoneId: "UTC" });
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
  [[{ state: "open", forced: true, since: 1000, downSince: 1000 }, 4000],
    "down for 3 s since 00:00:01, until reset"],
  [[{ state: "open", since: 539000, downSince: 1000, probeAt: 544000 }, 541000],
    "down for 9 min since 00:00:01, probe in 3 s"],
  [[{ state: "open", since: 1000, probeAt: 6000 }, 9000],
    "down for 8 s since 00:00:01, the next call probes"],
  [[{ state: "half-open", since: 540000, downSince: 1000 }, 541000],
    "down for 9 min since 00:00:01, probing"],
]);

table("words.js", "eventWords", [
  [[{ from: "closed", to: "open", cause: "failures in a row", error: "no route" }],
    "closed → open: failures in a row: no route"],
  [[{ from: "half-open", to: "open", cause: "probe failed", times: 24, down: 540000, turnedAway: 1234 }],
    "half-open → open: probe failed, 24 times, down for 9 min, 1,234 turned away"],
  [[{ from: "closed", to: "closed", forced: true, cause: "forced" }], "closed → forced closed: forced"],
]);

table("format.js", "clock", [
  [[1000, 5000], "00:00:01"], [[1000, 2 * 86400000], "1 Jan, 00:00:01"],
]);

table("format.js", "few", [[[0], "0"], [[0.25], "0.3"], [[3], "3"], [[12.4], "12"]]);

table("trouble.js", "level", [
  [[{ state: "closed" }], "well"],
  [[{ state: "closed", trouble: 0.09 }], "well"],
  [[{ state: "closed", trouble: 0.1 }], "some"],
  [[{ state: "closed", trouble: 0.08 }, "some"], "some"],
  [[{ state: "closed", trouble: 0.08 }, "bad"], "some"],
  [[{ state: "closed", trouble: 0.08 }, "forced"], "well"],
  [[{ state: "closed", trouble: 0.06 }, "some"], "well"],
  [[{ state: "closed", trouble: 0.45 }, "some"], "some"],
  [[{ state: "closed", trouble: 0.45 }, "bad"], "bad"],
  [[{ state: "closed", trouble: 0.5 }], "bad"],
  [[{ state: "closed", forced: true, trouble: 0.86 }], "bad"],
  [[{ state: "closed", forced: true }], "forced"],
  [[{ state: "half-open" }, "well"], "down"],
  [[{ state: "open", forced: true }], "down"],
]);

table("words.js", "windowWords", [
  [[{ span: "10s" }], "Last 10s: 0 calls"],
  [[{ span: "10s", ignored: 1 }], "Last 10s: 1 call, 1 ignored"],
  [
    [{ span: "100 calls", successes: 9, failures: 2, timeouts: 3, rejections: 4, full: 5, retries: 1 }],
    "Last 100 calls: 23 calls, 2 failed, 3 timed out, 4 rejected, 5 over the limit, 1 retry",
  ],
]);

const changed = (name, level, view) => ({ level, view: { name, state: "closed", ...view } });
table("announce.js", "changeWords", [
  [[[changed("a", "down", { state: "open" })]], "a is open."],
  [[[changed("a", "forced", { forced: true }), changed("b", "down", { state: "half-open" })]],
    "a is forced closed. b is half-open."],
  [[[changed("a", "bad", { forced: true })]], "a is forced closed, and in trouble."],
  [[[changed("a", "some", { why: "failing 20%: opens at 50%" }), changed("b", "well")]],
    "a is closed, but in trouble: failing 20%: opens at 50%. b is closed and well."],
  [[["open", "half-open", "open"].map((state) => changed("x", "down", { state })).concat(changed("y", "bad"))],
    "4 circuits changed: 3 not closed any more, 1 closed but in trouble."],
  [[Array(4).fill(changed("x", "well"))], "4 circuits changed: 4 closed and well."],
]);

test("what is read out in an outage is gathered", async () => {
  const said = await page.evaluate(async () => {
    const { announcement } = await import("./announce.js");
    const open = (name) => ({ level: "down", view: { name, state: "open" } });
    const well = (name) => ({ level: "well", view: { name, state: "closed" } });
    return [
      announcement([], 1000), announcement([open("a")], 1000), announcement([open("b")], 3000),
      announcement([well("b"), open("c")], 5999), announcement([], 6000), announcement([], 60000),
    ];
  });
  assert.deepEqual(said, ["", "a is open.", "", "", "b is closed and well. c is open.", ""]);
});

const users = (level, view) => ({ name: "Users.Get", level, view });
table("order.js", "matches", [
  [[users("well", {}), "", "all"], true],
  [[users("well", {}), " get USERS ", "well"], true],
  [[users("well", {}), "get orders", "all"], false],
  [[users("well", {}), "", "trouble"], false],
  [[users("some", {}), "", "trouble"], true],
  [[users("some", {}), "", "down"], false],
  [[users("down", { state: "half-open" }), "", "down"], true],
  [[users("down", {}), "", "trouble"], true],
  [[users("down", {}), "", "forced"], false],
  [[users("bad", { forced: true }), "", "forced"], true],
  [[users("forced", { forced: true }), "", "well"], true],
]);

test("what stays as tiles are moved", async () => {
  const stays = await page.evaluate(async () => {
    const { staying } = await import("./order.js");
    return [[], [0, 1, 2], [2, 0, 1], [1, 2, 0], [3, 2, 1, 0], [0, 4, 1, 2, 3]]
      .map((positions) => [...staying(positions)].map((i) => positions[i]).sort().join(""));
  });
  assert.deepEqual(stays, ["", "012", "01", "12", "0", "0123"]);
});

test("sorted of order.js", async () => {
  const orders = await page.evaluate(async () => {
    const { sorted } = await import("./order.js");
    const tile = (name, level, view, rate) => ({ name, level, view, history: { rate: () => rate } });
    const tiles = [
      tile("i10", "well", { trouble: 0.05 }, 5),
      tile("i9", "well", { p99: 3 }, null),
      tile("some", "some", { trouble: 0.4, p99: 9 }, 2),
      tile("full", "bad", { trouble: 0.92 }, 6),
      tile("forced", "forced", { forced: true }, 1),
      tile("first", "down", { state: "half-open", downSince: 100 }, 3),
      tile("down", "down", { state: "open", downSince: 200, trouble: 1 }, 4),
    ];
    const names = (order) => sorted(tiles, order).map(({ name }) => name).join(" ");
    return ["trouble", "name", "rate", "errors", "latency", "unknown"].map(names);
  });
  assert.deepEqual(orders, [
    "first down full some forced i9 i10",
    "down first forced full i9 i10 some",
    "full i10 down first some forced i9",
    "down full some i10 first forced i9",
    "some i9 down first forced full i10",
    "first down full some forced i9 i10",
  ]);
});

test("a history has a column a second, and none for what nobody saw", async () => {
  const got = await page.evaluate(async () => {
    const { History } = await import("./history.js");
    const history = new History();
    const totals = (n) => ({ answered: n, failed: 2 * n, turned: 0 });
    const columns = () => history.columns.map((c) => c && c.answered);
    const steps = [];
    const step = () => steps.push([columns(), history.rate(), history.peak()]);
    const push = (at, n) => {
      history.push(at, totals(n));
      step();
    };
    push(0, 100);
    push(1010, 104); // A second, more or less.
    push(1300, 105); // Too soon: the next column has it.
    push(1990, 106);
    push(4000, 110); // The stream stood still: what came is spread.
    history.load(7000, totals(500), [null, [1, 1, 0], null]);
    step();
    push(8000, 3); // The circuit was made anew.
    push(9000, 4);
    steps.push([history.reach(), history.words(0.99), history.words(0.95), history.words(-1)]);
    for (let second = 10; second < 100; second++) history.push(second * 1000, totals(second));
    steps.push([history.columns.length, history.reach(), new History().reach()]);
    return steps;
  });
  assert.deepEqual(got, [
    [[], null, 0],
    [[4], 12, 12],
    [[4], 12, 12],
    [[4, 2], 9, 12],
    [[4, 2, 2, 2], 7.5, 12],
    [[null, 1, null], 2, 2],
    [[null, 1, null, null], 2, 2],
    [[null, 1, null, null, 1], 2.5, 3],
    [
      "Last 4 s", "0 s ago: 1 answered, 2 failed, 0 turned away", "2 s ago: not known",
      "59 s ago: not known",
    ],
    [60, "Last 60 s", "No history yet"],
  ]);
});
