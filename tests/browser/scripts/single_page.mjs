// A customer pays in the shop of one page, which is plain JavaScript, and loads it again on the way.

import assert from "node:assert/strict";

import { isForEverybody, open, picture, walk } from "./browser.mjs";

const PHONE = { viewport: { width: 375, height: 720 }, isMobile: true, hasTouch: true, locale: "en-GB" };

await walk(async (browser, { shop }) => {
  const page = await open(browser, PHONE);
  const tokens = [];
  page.on("response", async (response) => {
    if (response.url() === `${shop}/api/orders`) tokens.push((await response.json()).token);
  });
  await page.goto(`${shop}/single-page`);
  await isForEverybody(page, "single page");
  await picture(page, "single-page-1-open");
  await page.dblclick("#buy button");
  const frame = page.frameLocator("iframe");
  await frame.locator("button[value=back]").first().click();
  await page.locator("iframe").waitFor({ state: "detached" });
  await page.locator("#status[data-payment=open]").waitFor();
  await page.reload();
  await page.locator("#status[data-payment=open]").waitFor();
  await picture(page, "single-page-2-again");
  await page.click("#buy button");
  await frame.locator("button[value=bca_va]").click();
  await frame.locator("button[value=approve]").first().click();
  await page.locator("#status[data-payment=paid]").waitFor({ timeout: 60_000 });
  await isForEverybody(page, "single page, paid");
  await picture(page, "single-page-3-paid");
  assert.equal(new Set(tokens).size, 1, `more than one page for one cart: ${tokens.length} calls`);
  await page.context().close();
  return "paid";
});
