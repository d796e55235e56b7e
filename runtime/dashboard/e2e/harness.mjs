// What the browser tests and the screenshot share: the server, the browser, and waiting.

import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const temporary = mkdtempSync(join(tmpdir(), "dashboard-"));
process.on("exit", () => rmSync(temporary, { recursive: true, force: true }));

/** Starts the Go server and returns its address; it is built once. */
export async function startServer(...flags) {
  const program = join(temporary, "server");
  const build = spawnSync("go", ["build", "-o", program, "./server"], {
    cwd: import.meta.dirname,
    encoding: "utf8",
  });
  if (build.status !== 0) throw new Error(`go build: ${build.stderr}`);
  const process = spawn(program, flags, { stdio: ["ignore", "pipe", "inherit"] });
  const [address] = await once(createInterface({ input: process.stdout }), "line");
  const stop = () => new Promise((stopped) => process.once("exit", stopped) && process.kill());
  return { address, stop };
}

const once = (emitter, event) =>
  new Promise((resolve) => emitter.once(event, (...args) => resolve(args)));

/** Starts Debian's Chromium, which may ask nobody but this machine for anything. */
export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });

/** Waits until `condition` is true. */
export async function eventually(what, condition, timeout = 15000) {
  for (const end = Date.now() + timeout; Date.now() < end; ) {
    if (await condition()) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(`in ${timeout / 1000} s it never came true that ${what}`);
}
