// A customer pays, is refused, or leaves, and comes back to the shop: with the mouse, with the keyboard alone, or in a
// browser without JavaScript.

import assert from "node:assert/strict";
import { open, walk } from "./browser.mjs";

const MOST_TABS = 20;

// From the top of the page to the button, as a customer without a mouse goes.
async function pressByKeyboard(page, selector) {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    await page.keyboard.press("Tab");
    const there = await page.evaluate((wanted) => document.activeElement.matches(wanted), selector);
    if (!there) continue;
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(outline, "none", "the focus cannot be seen");
    await page.keyboard.press("Enter");
    return;
  }
  assert.fail(`${selector} cannot be reached in ${MOST_TABS} tabs`);
}

await walk(async (browser, { how, visits, finish }) => {
  const landed = [];
  for (const { url, choice, payment_type } of visits) {
    const page = await open(browser, { javaScriptEnabled: how !== "without scripts" });
    await page.goto(url);
    const button = `button[value=${choice}]`;
    await (how === "keyboard" ? pressByKeyboard(page, button) : page.click(button));
    if (how === "without scripts" && payment_type === "akulaku") {
      await page.click("#way-back button");
    }
    await page.waitForURL((url) => url.href.startsWith(finish));
    landed.push(await page.textContent("h1"));
    await page.context().close();
  }
  return landed;
});
