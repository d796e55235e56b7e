// The dashboard in a real browser: node --test, see package.json.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { eventually, startBrowser, startServer } from "./harness.mjs";

const axe = readFileSync(new URL(import.meta.resolve("axe-core")), "utf8");
let server, browser, page, complaints;

before(async () => {
  [server, browser] = await Promise.all([startServer(), startBrowser()]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

beforeEach(async () => {
  page = await (await browser.newContext()).newPage();
  complaints = [];
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  page.on("dialog", (dialog) => complaints.push(`dialog: ${dialog.message()}`) && dialog.dismiss());
  page.on("request", (request) => {
    const url = request.url();
    if (new URL(url).hostname !== "127.0.0.1") complaints.push(`asked for ${url}`);
  });
});
afterEach(async () => {
  await setHealthy(true);
  await page.context().close();
  assert.deepEqual(complaints, []);
});

const setHealthy = (healthy) =>
  fetch(`${server.address}/dependency`, { method: "POST", body: new URLSearchParams({ healthy }) });

const tile = (name) =>
  page.locator(".tile").filter({ has: page.getByRole("heading", { name, exact: true }) });

const state = (name) => tile(name).locator(".state").innerText();

const becomes = (name, wanted) =>
  eventually(`${name} is ${wanted}`, async () => (await state(name)) === wanted);

/** What the browser may complain of once: it writes every refused request to its console. */
function expectComplaint(pattern) {
  const unexpected = complaints.filter((complaint) => !pattern.test(complaint));
  assert.notEqual(unexpected.length, complaints.length, `no complaint like ${pattern}`);
  complaints = unexpected;
}

test("a circuit is seen to open and to close again without a reload", async () => {
  await page.goto(`${server.address}/watch/`);
  await becomes("Users.Get", "closed");
  await page.evaluate(() => (window.loadedOnce = true));
  const users = tile("Users.Get");
  const field = (name) => users.locator(`[data-field=${name}]`).innerText();
  await eventually("calls are counted", async () => /^\d+\/s$/.test(await field("rate")));

  await setHealthy(false);
  await eventually("it opens", async () => /^(open|half-open)$/.test(await state("Users.Get")));
  await eventually("the title tells", async () => (await page.title()) === "1 in trouble – Circuits");
  await eventually("it is read out", async () =>
    (await page.locator("#announcer").innerText()).includes("Users.Get is"));
  await eventually("rejections show", async () =>
    /\d+ rejected/.test(await field("window")));
  assert.equal(await page.locator(".tile h2").first().innerText(), "Users.Get");

  await setHealthy(true);
  await becomes("Users.Get", "closed");
  await eventually("the title is calm", async () => (await page.title()) === "Circuits");
  assert.equal(await page.evaluate(() => window.loadedOnce), true, "the page was loaded again");
});

test("with control, a circuit is forced open, closed and reset from the keyboard", async () => {
  await page.goto(`${server.address}/control/`);
  await becomes("Users.Get", "closed");
  const press = async (name) => {
    const button = tile("Users.Get").getByRole("button", { name });
    for (let tabs = 0; tabs < 20; tabs++) {
      await page.keyboard.press("Tab");
      if (await button.evaluate((element) => element === document.activeElement)) {
        return page.keyboard.press("Enter");
      }
    }
    throw new Error(`Tab never came to ${name}`);
  };
  await page.getByRole("searchbox").focus();
  await page.keyboard.type("users get");
  await press("Force open");
  await tile("Users.Get").getByText("Every caller will be turned away. Press again to do it.").waitFor();
  assert.equal(await state("Users.Get"), "closed");
  await page.keyboard.press("Enter");
  await becomes("Users.Get", "forced open");
  await eventually("it is read out", async () =>
    (await page.locator("#announcer").innerText()) === "Users.Get is forced open.");
  await press("Force close");
  await becomes("Users.Get", "forced closed");
  await press("Take back");
  await becomes("Users.Get", "forced open");
  await press("Reset");
  await becomes("Users.Get", "closed");
});

test("control of hostile names reaches the circuit of that name", async () => {
  await page.goto(`${server.address}/control/`);
  await eventually("all circuits show", async () => (await page.locator(".tile").count()) === 7);
  const names = await page.locator(".tile h2").allInnerTexts();
  for (const name of names.filter((name) => name !== "Users.Get")) {
    const button = tile(name).getByRole("button", { name: "Force open" });
    await button.click();
    await button.click();
    await becomes(name, "forced open");
    await tile(name).getByRole("button", { name: "Reset" }).click();
    await becomes(name, "closed");
  }
});

test("an action that fails says so", async () => {
  await page.goto(`${server.address}/control/`);
  await becomes("Users.Get", "closed");
  await page.route("**/control/control", (route) =>
    route.fulfill({ status: 404, body: "no such circuit" }));
  await tile("Users.Get").getByRole("button", { name: "Force close" }).click();
  await tile("Users.Get").getByRole("alert").getByText("Not done: no such circuit").waitFor();
  expectComplaint(/404/);
});

test("behind a load balancer, a button acts on the process that is shown or on none", async () => {
  const other = await startServer();
  try {
    await page.goto(`${server.address}/control/`);
    await becomes("Users.Get", "closed");
    await page.route("**/control/control", async (route) => {
      const body = route.request().postData();
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      const response = await fetch(`${other.address}/control/control`, { method: "POST", headers, body });
      await route.fulfill({ status: response.status, body: await response.text() });
    });
    await tile("Users.Get").getByRole("button", { name: "Force close" }).click();
    const said = tile("Users.Get").getByRole("alert").getByText(/^Not done: this reached process/);
    await said.waitFor();
    const shown = (await page.locator("#process").innerText()).match(/Process (\w+)/)[1];
    assert.ok((await said.innerText()).includes(`you look at ${shown}`), await said.innerText());
    const list = await (await fetch(`${other.address}/watch/circuits.json`)).json();
    assert.deepEqual(list.circuits.filter(({ forced }) => forced), []);
    expectComplaint(/409/);
  } finally {
    await other.stop();
  }
});

test("three in trouble among 300 come first, each with its reason", async () => {
  const troubled = await startServer("-busy=300", "-trouble");
  try {
    await page.waitForTimeout(12_000); // Until their windows are full.
    await page.goto(`${troubled.address}/watch/`);
    await eventually("all circuits show", async () => (await page.locator(".tile").count()) === 300);
    const first = page.locator(".tile:nth-child(-n+3)");
    const said = {};
    for (const one of await first.all()) {
      const why = one.locator(".why");
      said[await one.locator("h2").innerText()] = await why.innerText();
      assert.ok((await why.boundingBox()).y < 720, "it isn't in sight");
    }
    assert.deepEqual(Object.keys(said).sort(), ["Z.BulkheadFull", "Z.ForcedClosed", "Z.SlowTraffic"]);
    assert.match(said["Z.BulkheadFull"], /^turned away 9\d%: bulkhead of 2 is full$/);
    assert.match(said["Z.SlowTraffic"], /^failing (5|6)\d%: 1\d calls are too few to open$/);
    assert.match(said["Z.ForcedClosed"], /^forced closed while 8\d% fail$/);
    assert.equal(await page.title(), "3 in trouble – Circuits");
    assert.equal(await page.locator('.tile:not([data-level="well"])').count(), 3);
    if (process.env.PICTURE) await page.screenshot({ path: process.env.PICTURE });
    const text = await (await fetch(`${troubled.address}/watch/circuits.txt`)).text();
    const lines = text.split("\n").slice(2, 5);
    assert.ok(lines.every((line) => line.includes("Z.")), lines.join("\n"));
    // A reload has the history that the page before it saw.
    const reach = async () =>
      Number((await page.locator(".reach").first().textContent()).match(/^Last (\d+) s/)?.[1]);
    await eventually("there is some history", async () => (await reach()) > 14);
    await page.reload();
    await eventually("there is history again", async () => (await reach()) > 0);
    assert.ok((await reach()) > 14, `after a reload it reaches back ${await reach()} s`);
  } finally {
    await page.goto("about:blank");
    await troubled.stop();
  }
});

test("without control there are no buttons, and a POST is refused", async () => {
  await page.goto(`${server.address}/watch/`);
  await becomes("Users.Get", "closed");
  assert.equal(await tile("Users.Get").getByRole("button").count(), 0);
  assert.doesNotMatch(await page.content(), /force-open/);
  for (const target of ["control", "./"]) {
    const status = await page.evaluate(async (target) => {
      const body = new URLSearchParams({ circuit: "Users.Get", action: "force-open" });
      return (await fetch(target, { method: "POST", body })).status;
    }, target);
    assert.equal(status, 403);
    expectComplaint(/403/);
  }
  await becomes("Users.Get", "closed");
});

test("another site's POST is refused", async () => {
  const form = `<form method="post" action="${server.address}/control/control"><button>Win</button>
    <input name="circuit" value="Users.Get"><input name="action" value="force-open"></form>`;
  const other = createServer((_, response) =>
    response.writeHead(200, { "Content-Type": "text/html" }).end(form));
  await new Promise((listening) => other.listen(0, "127.0.0.1", listening));
  try {
    const visitor = await page.context().newPage();
    await visitor.goto(`http://localhost:${other.address().port}/`);
    const answer = visitor.waitForNavigation();
    await visitor.getByRole("button").click();
    const response = await answer;
    assert.equal(response.url(), `${server.address}/control/control`);
    assert.equal(response.status(), 403);
  } finally {
    other.close();
  }
  await page.goto(`${server.address}/watch/`);
  await becomes("Users.Get", "closed");
});

test("hostile names show as text", async () => {
  await page.goto(`${server.address}/control/`);
  await eventually("all circuits show", async () => (await page.locator(".tile").count()) === 7);
  const names = (await page.locator(".tile h2").allInnerTexts()).sort();
  assert.ok(names.includes(`<img src=x onerror="document.title='owned'">`), names.join("\n"));
  assert.ok(names.includes(`</h2><script>document.title='owned'</script>`), names.join("\n"));
  assert.ok(names.includes(`a & b &amp; "c" 'd'`), names.join("\n"));
  assert.ok(names.includes("🔥 ярость 怒り"), names.join("\n"));
  assert.equal(await page.locator(".tile img, .tile script").count(), 0);
  assert.equal(await page.title(), "Circuits");
});

test("the filter, the states and the order are kept in the address", async () => {
  await page.goto(`${server.address}/watch/`);
  await eventually("all circuits show", async () => (await page.locator(".tile").count()) === 7);
  await page.getByRole("searchbox").fill("USERS get");
  await page.getByLabel("Sort").selectOption("name");
  assert.equal(await page.locator(".tile:visible").count(), 1);
  await page.reload();
  await becomes("Users.Get", "closed");
  assert.equal(await page.getByRole("searchbox").inputValue(), "USERS get");
  assert.equal(await page.locator(".tile:visible").count(), 1);
  await page.getByRole("button", { name: "Not closed 0", exact: true }).click();
  assert.equal(await page.locator(".tile:visible").count(), 0);
  await page.getByText("No circuit is like that.").waitFor();
});

test("a broken stream is told of, and comes back", async () => {
  page.removeAllListeners("console"); // Chromium writes of every lost connection.
  const passing = await startServer();
  await page.goto(`${passing.address}/watch/`);
  await page.getByText("Live", { exact: true }).waitFor();
  await passing.stop();
  await page.getByText("Connection lost, trying again…").waitFor();
  const again = await startServer(`-addr=${new URL(passing.address).host}`);
  await page.getByText("Live", { exact: true }).waitFor();
  await again.stop();
});

for (const colorScheme of ["light", "dark"]) {
  test(`axe finds no fault with the page, ${colorScheme}`, async () => {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${server.address}/control/`);
    await setHealthy(false);
    await eventually("it opens", async () => /open$/.test(await state("Users.Get")));
    await page.evaluate(axe);
    const { violations } = await page.evaluate(() => axe.run());
    const faults = violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html}: ${failureSummary}`));
    assert.deepEqual(faults, []);
  });
}

test("nothing is wider than a small phone", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`${server.address}/control/`);
  await eventually("all circuits show", async () => (await page.locator(".tile").count()) === 7);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 320);
});

for (const circuits of [300, 1000]) test(`${circuits} circuits leave the browser at ease`, async () => {
  const busy = await startServer(`-busy=${circuits}`);
  await page.goto(`${busy.address}/control/`);
  await eventually("all circuits show", async () => (await page.locator(".tile").count()) === circuits);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Performance.enable", { timeDomain: "threadTicks" }); // its own time, whoever else uses the CPU
  const worked = async () => {
    const { metrics } = await devtools.send("Performance.getMetrics");
    return metrics.find(({ name }) => name === "TaskDuration").value;
  };
  const [before, start] = [await worked(), performance.now()];
  await page.waitForTimeout(5000);
  const share = (await worked() - before) / ((performance.now() - start) / 1000);
  assert.ok(share < 0.5, `it works ${Math.round(share * 100)}% of the time`);
  await page.goto("about:blank");
  await busy.stop();
});
