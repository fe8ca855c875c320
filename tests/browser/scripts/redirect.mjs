// A customer comes to Snap's page by a redirect, chooses, pays, and comes back to the shop.

import { open, walk } from "./browser.mjs";

await walk(async (browser, { visits, finish }) => {
  const landed = [];
  for (const { url, steps } of visits) {
    const page = await open(browser);
    await page.goto(url);
    for (const step of steps) {
      await page.click(`button[value=${step}]`);
    }
    await page.waitForURL((url) => url.href.startsWith(finish));
    landed.push(await page.textContent("h1"));
    await page.context().close();
  }
  return landed;
});
