// A customer of the demo shop chooses a method on Snap's page, over the shop's page and in its own window, on a phone.

import assert from "node:assert/strict";

import { isForEverybody, open, picture, walk } from "./browser.mjs";

const PHONE = { viewport: { width: 375, height: 720 }, isMobile: true, hasTouch: true, locale: "en-GB" };
const CARD = { card_number: "4811 1111 1111 1114", card_exp_month: "12", card_exp_year: "2049", card_cvv: "123" };

async function look(page, name) {
  await picture(page, `demo-snap-${name}`);
  await isForEverybody(page, name);
}

const isPaid = (page) => page.getByRole("heading", { name: "Paid", exact: true }).waitFor({ timeout: 60_000 });

async function order(page, shop, offer) {
  await page.goto(shop);
  await page.click(`button[name=offer][value=${offer}]`);
}

// A page in the frame may have left an entry in the history.
async function goesBackTo(page, button) {
  for (let steps = 0; steps < 4 && !(await page.locator(button).isVisible()); steps += 1) await page.goBack();
}

// Chooses and pays; `place` is the page, or the frame in it.
async function pay(page, place, method, name) {
  await place.locator(`button[value=${method}]`).first().waitFor();
  await picture(page, `demo-snap-${name}-1-methods`);
  await place.locator(`button[value=${method}]`).first().click();
  if (method === "credit_card") {
    for (const [id, value] of Object.entries(CARD)) await place.locator(`#${id}`).fill(value);
    await picture(page, `demo-snap-${name}-2-card`);
    await place.locator("form.card button.approve").click();
    await place.locator("#otp").fill("112233");
    await picture(page, `demo-snap-${name}-3-bank`);
    await place.locator("#confirm").click();
  } else {
    await place.locator("button[value=approve]").first().waitFor();
    await picture(page, `demo-snap-${name}-2-pay`);
    await place.locator("button[value=approve]").first().click();
  }
}

async function inPopup(browser, shop, method) {
  const page = await open(browser, PHONE);
  await order(page, shop, "snap");
  await page.locator("iframe").waitFor();
  await pay(page, page.frameLocator("iframe"), method, `popup-${method}`);
  await isPaid(page);
  await look(page, `popup-${method}-4-paid`);
  await page.context().close();
}

async function onItsPage(browser, shop, method) {
  const page = await open(browser, PHONE);
  await order(page, shop, "snap_page");
  await page.waitForURL((url) => !url.href.startsWith(shop));
  await pay(page, page, method, `page-${method}`);
  await page.waitForURL((url) => url.href.startsWith(shop));
  await isPaid(page);
  await look(page, `page-${method}-4-paid`);
  await page.context().close();
}

// The customer closes the popup, goes back and clicks again, opens the order in a second tab, and pays there.
async function goesBackAndForth(browser, shop) {
  const page = await open(browser, PHONE);
  await order(page, shop, "snap");
  await page.locator("iframe").waitFor();
  const address = page.url();
  await page.frameLocator("iframe").locator("button[value=back]").first().click();
  await page.locator("iframe").waitFor({ state: "detached" });
  await look(page, "closed");
  const token = await page.locator("#choose").getAttribute("data-token");
  await goesBackTo(page, "button[name=offer][value=snap]");
  await page.click("button[name=offer][value=snap]");
  await page.locator("iframe").waitFor();
  assert.equal(page.url(), address, "another order");
  assert.equal(await page.locator("#choose").getAttribute("data-token"), token, "another page for the same order");
  const second = await page.context().newPage();
  await second.goto(address);
  await second.click("#choose");
  await pay(second, second.frameLocator("iframe"), "bca_va", "second-tab");
  await isPaid(second);
  // The first tab shows the popup of a payment that is over: Snap ends it, and the shop says what is known.
  const first = page.frameLocator("iframe");
  await first.locator("button[value=akulaku], #waits, button[value=back]").first().waitFor();
  await page.reload();
  await isPaid(page);
  await page.context().close();
  return address;
}

// Another method of the shop while Snap's page is open: the order is paid there or not at all.
async function triesAnotherWay(browser, shop) {
  const page = await open(browser, PHONE);
  await order(page, shop, "snap_page");
  await page.waitForURL((url) => !url.href.startsWith(shop));
  await goesBackTo(page, "button[name=offer][value=bca]");
  await page.click("button[name=offer][value=bca]");
  await page.waitForURL(`${shop}/orders/**`);
  assert.equal(await page.locator("#va_number").count(), 0, "a second payment of the same order");
  await look(page, "another-way");
  await page.click("#choose");
  await pay(page, page.frameLocator("iframe"), "kredivo", "another-way");
  await isPaid(page);
  await page.context().close();
}

await walk(async (browser, { shop, methods }) => {
  for (const method of methods) {
    await inPopup(browser, shop, method);
    await onItsPage(browser, shop, method);
  }
  await goesBackAndForth(browser, shop);
  await triesAnotherWay(browser, shop);
  return methods;
});
