// A shop's page on another origin pays with snap.js: in a popup and embedded, with every callback.

import assert from "node:assert/strict";

import { PHONE, open, picture, walk } from "./browser.mjs";

// Opens a payment on the shop's page and returns the frame's locator.
async function pay(page, { token, how, language }) {
  await page.evaluate(
    ([token, how, language]) =>
      how === "embed"
        ? snap.embed(token, { ...callbacks, language, embedId: "snap-container" })
        : snap.pay(token, { ...callbacks, language }),
    [token, how, language ?? "en"],
  );
  return page.frameLocator("iframe");
}

// The calls of the callbacks since the last time.
const called = (page) => page.evaluate(() => called.splice(0));

async function callback(page) {
  await page.waitForFunction(() => called.length > 0);
  assert.equal(await page.locator("iframe").count(), 0, "the frame is gone when the callback is called");
  return called(page);
}

await walk(async (browser, { checkout, cases, strangers, waits, provider }) => {
  const page = await open(browser, { viewport: PHONE });
  await page.goto(checkout);
  await page.waitForFunction(() => window.snap !== undefined);
  const seen = [];
  for (const { name, token, how, language, steps } of cases) {
    const frame = await pay(page, { token, how, language });
    for (const [at, step] of steps.entries()) {
      const { fill, press } = typeof step === "string" ? { fill: {}, press: `button[value="${step}"]` } : step;
      const button = frame.locator(press).first();
      await button.waitFor();
      for (const [id, text] of Object.entries(fill)) await frame.locator(`#${id}`).fill(text);
      await picture(page, `snap-${name}-${at}`);
      await button.click();
    }
    const calls = await callback(page);
    assert.equal(calls.length, 1, name);
    seen.push(calls[0]);
  }

  // A message of any other page is not believed, and the payment stays open.
  const frame = await pay(page, { token: strangers });
  await frame.locator("button[value=bca_va]").waitFor();
  await page.evaluate((token) => {
    window.postMessage({ source: "midtrans-snap", token, event: "success", result: { status_code: "200" } }, "*");
  }, strangers);
  await page.waitForTimeout(300);
  assert.deepEqual(await called(page), []);
  assert.equal(await page.locator("iframe").count(), 1);
  const second = await page.evaluate((token) => {
    try {
      snap.pay(token, callbacks);
    } catch (error) {
      return error.message;
    }
  }, strangers);
  assert.match(second, /open already/);
  await page.evaluate(() => snap.hide());
  assert.equal(await page.locator("iframe").count(), 0);
  assert.deepEqual(await called(page), [], "hide calls nothing");
  await page.evaluate(() => snap.show());
  assert.equal(await page.locator("[role=status]").count(), 1);
  await page.evaluate(() => snap.hide());
  assert.equal(await page.locator("[role=status]").count(), 0);

  // A payment that arrives while the customer looks at the number ends the popup.
  const waiting = await pay(page, { token: waits.token });
  await waiting.locator("button[value=bni_va]").click();
  await waiting.locator("#waits").waitFor();
  const paid = await fetch(waits.url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded" },
    body: "choice=approve",
  });
  assert.equal(paid.status, 200);
  seen.push((await callback(page))[0]);
  await page.context().close();

  // A provider's page stays out of frames. The browser's log tells, which other walks must not see.
  const context = await browser.newContext();
  const shop = await context.newPage();
  await shop.goto(checkout);
  const refused = shop.waitForEvent("console", (message) => /frame-ancestors/.test(message.text()));
  await shop.evaluate((url) => {
    const frame = document.createElement("iframe");
    frame.src = url;
    document.body.append(frame);
  }, provider);
  await refused;
  await context.close();
  return seen;
});
