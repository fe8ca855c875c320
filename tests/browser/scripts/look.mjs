// Looks at pages in both colour schemes, on a phone and on a desk: pictures, and whether everybody can use them.

import assert from "node:assert/strict";

import { DESKTOP, PHONE, isForEverybody, open, picture, walk } from "./browser.mjs";

// A page does not come anew when it is looked at in another way.
const WAYS = [
  { size: "phone", viewport: PHONE, colorScheme: "light" },
  { size: "desktop", viewport: DESKTOP, colorScheme: "dark" },
];

// What has to be pushed aside to be seen, is not seen: neither a column that peeks in, nor lines that a column out of sight
// makes empty.
async function fits(page, name) {
  const wide = await page.evaluate(() =>
    [...document.querySelectorAll(".scroll")].filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.id),
  );
  assert.deepEqual(wide, [], `${name}: rows that are wider than the phone`);
}

await walk(async (browser, { pages }) => {
  const page = await open(browser);
  // The page that goes on by itself stays to be looked at.
  await page.route("**/simulator/submit.js", (route) => route.abort());
  for (const { name, url, choice, language } of pages) {
    await page.goto(url);
    if (choice) await page.click(`button[value=${choice}]`);
    await page.locator(`html[lang=${language}]`).waitFor({ state: "attached" });
    await page.evaluate(() => document.querySelectorAll("details").forEach((part) => part.setAttribute("open", "")));
    for (const { size, viewport, colorScheme } of WAYS) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      const title = `${name}-${size}-${colorScheme}`;
      await picture(page, title);
      await isForEverybody(page, title);
      if (size === "phone") await fits(page, title);
    }
  }
});
