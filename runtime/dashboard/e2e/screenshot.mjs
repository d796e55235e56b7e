// Takes the picture of the README: node screenshot.mjs FILE.

import { setTimeout as wait } from "node:timers/promises";
import { eventually, startBrowser, startServer } from "./harness.mjs";

const server = await startServer("-busy=12");
const browser = await startBrowser();
const viewport = { width: 1280, height: 604 };
const page = await browser.newPage({ viewport, deviceScaleFactor: 1.5 });
await page.goto(`${server.address}/watch/`);
await wait(62_000); // Until the sparklines are full.
const open = page.locator('.tile[data-state="open"] .since').filter({ hasText: /^down for \d s/ });
const halfOpen = page.locator('.tile[data-state="half-open"]');
await eventually("a circuit is open and another half-open", async () =>
  (await open.count()) > 0 && (await halfOpen.count()) > 0, 90_000);
await wait(400); // Until no colour fades any more.
await page.screenshot({ path: process.argv[2] });
await browser.close();
await server.stop();
