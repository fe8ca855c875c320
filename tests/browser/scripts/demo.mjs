// A customer of the demo shop pays in each way that there is, on a phone and on a desk, and looks at every page on the
// way.

import assert from "node:assert/strict";

import { DESKTOP, isForEverybody, open, picture, walk } from "./browser.mjs";

const PHONE = { width: 375, height: 720 };
const WAYS = {
  phone: { viewport: PHONE, isMobile: true, hasTouch: true, colorScheme: "light" },
  desktop: { viewport: DESKTOP, colorScheme: "dark" },
};

const CARD = { "card-number": "4811 1111 1111 1114", "card-month": "12", "card-year": "49", "card-code": "123" };

async function look(page, name) {
  await picture(page, `demo-${name}`);
  await isForEverybody(page, name);
}

// A card goes to the gateway and never to the shop.
function holdCard(page, shop) {
  page.on("request", (request) => {
    if (!request.url().startsWith(shop)) return;
    const sent = `${request.url()} ${request.postData() ?? ""}`;
    assert.ok(!/4811[ +]*1111[ +]*1111[ +]*1114/.test(sent), "the shop saw the card");
  });
}

async function typeCard(page, name) {
  for (const [id, value] of Object.entries(CARD)) await page.fill(`#${id}`, value);
  await look(page, `${name}-2-card`);
  await page.click("#card button");
}

// The phone with the wallet's app: the simulator's console leads there.
async function confirm(page, machine) {
  const phone = await page.context().newPage();
  await phone.goto(machine);
  await phone.click("#pay-page");
  await phone.click("button[value=approve]");
  await phone.close();
}

// The way from the order to the money, by what the order's page shows.
const PAY = {
  // The provider's page, or that of the card's bank.
  async redirect(page, name) {
    if (await page.locator("#otp").isVisible()) {
      await look(page, `${name}-4-bank`);
      await page.fill("#otp", "112233");
      await page.click("#confirm");
    } else {
      await page.click("button[value=approve]");
    }
  },
  // A number, which the copy button puts on the clipboard.
  async number(page, name, machine) {
    await page.locator("button.copy").last().click();
    await page.getByRole("button", { name: /^Copy/ }).last().filter({ hasText: "Copied" }).waitFor();
    const number = await page.evaluate(() => navigator.clipboard.readText());
    const till = await page.context().newPage();
    await till.goto(machine);
    await till.fill("#number", number);
    await till.click("form button[type=submit]");
    await till.click("button[value=approve]");
    await till.close();
  },
  // A picture that has loaded, scanned by another phone.
  async scan(page, name, machine) {
    const code = page.locator("figure img");
    assert.ok(await code.evaluate((image) => image.complete && image.naturalWidth > 100), "no picture of a QR code");
    await confirm(page, machine);
  },
  // A link that opens the app, which brings the customer back.
  async app(page) {
    await page.getByRole("link", { name: /^Open / }).click();
    await page.click("button[value=approve]");
  },
  // An app that asks by itself.
  async prompt(page, name, machine) {
    assert.match(await page.textContent("[data-seconds-left]"), /^1:0\d$|^0:\d\d$/);
    await confirm(page, machine);
  },
};

async function buy(browser, { shop, offer, how, way, clipboard }) {
  const page = await open(browser, { ...WAYS[way], locale: "en-GB" });
  if (clipboard) await page.context().grantPermissions(["clipboard-read", "clipboard-write"], { origin: shop });
  holdCard(page, shop);
  const name = `${offer}-${way}`;
  await page.goto(shop);
  await look(page, `1-product-${way}`);
  await page.click(`button[name=offer][value=${offer}]`);
  if (await page.locator("#card").isVisible()) await typeCard(page, name);
  let order;
  let machine;
  if (how === "redirect") {
    await page.waitForURL((url) => !url.href.startsWith(shop));
  } else {
    await page.waitForURL(`${shop}/orders/**`);
    machine = await page.locator(".pay .note a").getAttribute("href");
    order = page.url();
    await look(page, `${name}-3-order`);
  }
  await PAY[how](page, name, machine);
  if (how === "redirect" || how === "app") {
    await page.waitForURL((url) => url.href.startsWith(shop));
    await look(page, `${name}-5-back`);
  } else {
    await page.goto(order);
  }
  await page.getByRole("heading", { name: "Paid", exact: true }).waitFor({ timeout: 60_000 });
  await look(page, `${name}-6-paid`);
  await page.context().close();
  return offer;
}

await walk(async (browser, { shop, purchases }) => {
  const paid = [];
  for (const purchase of purchases) paid.push(await buy(browser, { shop, ...purchase }));
  return paid;
});
