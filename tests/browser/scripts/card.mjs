// A shop's own page takes a card: the gateway's library exchanges it for a token, the bank's page is in a frame of the
// shop's page or takes the window over, and what came of it is told to the shop's page or posted to the shop.

import { open, picture, walk } from "./browser.mjs";

async function fill(page, { number, year }) {
  await page.fill("#number", number);
  await page.fill("#month", "12");
  await page.fill("#year", year ?? "2030");
  await page.fill("#cvv", "123");
}

// What the customer does at the bank, in a frame or in the window. A bank that asks for nothing goes on by itself.
async function authenticate(place, doing) {
  if (doing === "leave") await place.locator("button[value=leave]").click();
  if (!/^\d+$/.test(doing)) return;
  await place.locator("#otp").fill(doing);
  await place.locator("#confirm").click();
}

await walk(async (browser, { shop, visits, closed }) => {
  const seen = [];
  for (const { way, name, doing, ...card } of visits) {
    const page = await open(browser);
    await page.goto(`${shop}/checkout?order=${name}&way=${way}`);
    await fill(page, card);
    await page.click("#pay");
    if (way === "redirect") {
      await authenticate(page, doing);
      await page.waitForURL(`${shop}/done*`);
      seen.push(await page.textContent("h1"));
    } else {
      if (doing) await authenticate(page.frameLocator("#bank"), doing);
      await page.waitForFunction(() => document.body.dataset.result);
      await picture(page, `card-${name}`);
      seen.push(await page.evaluate(() => document.body.dataset.result));
    }
    await page.context().close();
  }
  // Another page of the simulator does not stand in the shop's frame. That the browser says so in its log is right here.
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.goto(`${shop}/checkout?order=none&way=frame`);
  await page.evaluate((src) => document.body.append(Object.assign(document.createElement("iframe"), { src })), closed);
  // Until the frame has gone somewhere, the simulator's page or the browser's own page of an error.
  const frame = page.frames().at(-1);
  while (["", "about:blank"].includes(frame.url())) await page.waitForTimeout(20);
  seen.push(frame.url());
  return seen;
});
