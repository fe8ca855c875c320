// What every walk has: a browser, pages in it, pictures of them, and an eye for what some people cannot use.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const require = createRequire(join(process.env.BROWSER_PACKAGES, "walk.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const PHONE = { width: 320, height: 640 };
export const DESKTOP = { width: 1200, height: 800 };

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  // A stranger's name that leads to this machine.
  "--host-resolver-rules=MAP rebound.test 127.0.0.1",
];

// Nothing here takes so long, unless it hangs.
const LONGEST = 180_000;

// Runs a walk: `steps` gets the browser and what the test told, and returns what the test is to know.
export async function walk(steps) {
  setTimeout(() => {
    process.stderr.write(`no end after ${LONGEST} ms`);
    process.exit(1);
  }, LONGEST).unref();
  const browser = await chromium.launch({ executablePath: process.env.BROWSER_PROGRAM, args: ARGUMENTS });
  try {
    const seen = await steps(browser, JSON.parse(process.argv[2]));
    process.stdout.write(JSON.stringify(seen ?? null));
  } finally {
    await browser.close();
  }
}

// A page in a window of its own. Whatever goes wrong inside it fails the walk.
export async function open(browser, options = {}) {
  const context = await browser.newContext({ viewport: DESKTOP, locale: "id-ID", ...options });
  context.setDefaultTimeout(30_000);
  const page = await context.newPage();
  page.on("pageerror", (error) => assert.fail(`a script failed: ${error}`));
  page.on("console", (message) => {
    // Of what a policy refuses, only the browser's log tells.
    assert.ok(!/Content Security Policy/.test(message.text()), message.text());
  });
  return page;
}

export async function picture(page, name) {
  mkdirSync(process.env.BROWSER_SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(process.env.BROWSER_SCREENSHOTS, `${name}.png`), fullPage: true });
}

// Whoever zooms in or cannot see must be able to use the page, and nothing may stick out at the side.
export async function isForEverybody(page, name) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run({ resultTypes: ["violations"] }));
  const told = violations.map(({ id, help, nodes }) => ({ id, help, where: nodes.map((node) => node.html) }));
  assert.deepEqual(told, [], `${name}: ${JSON.stringify(told, null, 2)}`);
  const [wide, window] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
  assert.ok(wide <= window, `${name}: ${wide} pixels of page in a window of ${window}`);
}
