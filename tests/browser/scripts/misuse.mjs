// A shop's page on another origin, with hostile parameters and several payments at once.

import assert from "node:assert/strict";

import { open, walk } from "./browser.mjs";

await walk(async (browser, { checkout, token, shop, banks }) => {
  // A finish URL that is a script, and no callback of the shop's own: it counts as none, and the account's own is taken.
  const page = await open(browser);
  // A script that runs in the shop's page would leave a mark that outlives it.
  await page.addInitScript(() => Object.defineProperty(window, "wasRun", {
    get: () => sessionStorage.getItem("wasRun") ?? undefined,
    set: (value) => sessionStorage.setItem("wasRun", value),
  }));
  await page.goto(checkout);
  await page.waitForFunction(() => window.snap !== undefined);
  await page.evaluate((token) => snap.pay(token, {}), token);
  const frame = page.frameLocator("iframe");
  await frame.locator("button[value=bca_va]").click();
  await frame.locator("button[value=approve]").click();
  await page.waitForURL((url) => url.href.startsWith(`${new URL(checkout).origin}/finish?order_id=scripted&`));
  assert.equal(await page.evaluate(() => window.wasRun), undefined);
  await page.context().close();

  // Two authentications on one page: each hears of its own bank alone.
  const till = await open(browser);
  await till.goto(`${shop}/checkout?order=none&way=frame`);
  await till.evaluate((banks) => {
    window.heard = [];
    for (const [id, url] of Object.entries(banks)) {
      MidtransNew3ds.authenticate(url, {
        performAuthentication: (src) => document.body.append(Object.assign(document.createElement("iframe"), { src, id })),
        onSuccess: () => heard.push(id),
      });
    }
  }, banks);
  for (const [at, id] of ["second", "first"].entries()) {
    await till.frameLocator(`#${id}`).locator("#otp").fill("112233");
    await till.frameLocator(`#${id}`).locator("#confirm").click();
    await till.waitForFunction((count) => heard.length >= count, at + 1);
    await till.waitForTimeout(200);
  }
  const heard = await till.evaluate(() => heard);
  await till.context().close();
  return heard;
});
