// A developer at the console: sees a charge come in, settles it, sends a notification again, refunds, breaks the webhook,
// puts a notification off, lets a call fail and moves the clock. With scripts the page goes on by itself, without them by
// its link "Refresh".

import assert from "node:assert/strict";
import { open, picture, walk } from "./browser.mjs";

const TRIES = 50;

await walk(async (browser, { url, hasScripts, charges, authorization, broken }) => {
  const page = await open(browser, { javaScriptEnabled: hasScripts });
  const call = (path, body) =>
    fetch(`${url}${path}`, { method: body ? "POST" : "GET", headers: { authorization }, body: body && JSON.stringify(body) });
  const see = (text, where = "main") => page.locator(where).getByText(text).first();

  // Until the page shows it: by itself, or because the script asks again.
  async function comes(what) {
    if (hasScripts) return what.waitFor();
    for (let tries = 0; tries < TRIES; tries += 1) {
      if (await what.isVisible()) return;
      await page.click("#refresh");
    }
    assert.fail(`${what} does not come`);
  }

  await page.goto(url);
  await see("No transaction yet").waitFor();
  if (hasScripts) await page.locator("html[data-listening]").waitFor({ state: "attached" });
  await page.evaluate(() => (globalThis.isSamePage = true));
  await call("/v2/charge", charges[0]);
  const first = page.getByRole("link", { name: "order-1" });
  await comes(first);
  if (hasScripts) assert.ok(await page.evaluate(() => globalThis.isSamePage), "the page was loaded anew");

  await first.click();
  await page.getByRole("heading", { name: "Order order-1" }).waitFor();
  await page.getByRole("button", { name: "Settle" }).click();
  const settled = page.locator("article", { hasText: "settlement" });
  await comes(settled.getByText("stored, thank you"));
  await comes(see("settlement", "#summary"));

  await settled.getByRole("button", { name: "Send again" }).click();
  await comes(settled.getByText("stored, thank you").nth(1));
  await settled.locator("details summary").first().click();
  await settled.getByText('"transaction_status": "settlement"').waitFor();

  await page.fill("#amount", "1000");
  await page.focus("#amount");
  await call("/v2/order-1/status");
  if (hasScripts) {
    await page.getByRole("link", { name: "status", exact: true }).waitFor();
    assert.equal(await page.inputValue("#amount"), "1000", "what was typed is gone");
    assert.equal(await page.evaluate(() => document.activeElement.id), "amount", "the focus is gone");
    assert.ok(await settled.locator("details").first().evaluate((part) => part.open), "what was opened is closed");
  }
  await page.focus("#refresh");
  await call("/v2/order-1/status");
  if (hasScripts) await page.getByRole("link", { name: "status", exact: true }).nth(1).waitFor();
  assert.equal(await page.inputValue("#amount"), "1000", "what was typed is gone");
  await page.focus("#amount");
  await page.keyboard.press("Enter");
  await comes(see("partial_refund", "#summary"));
  await see("Rp1.000", "#summary").waitFor();
  await picture(page, `console-walk-${hasScripts ? "live" : "plain"}`);

  await page.getByRole("link", { name: "Settings" }).click();
  await page.fill("#notification_url", "ftp://elsewhere");
  await page.locator("form.fields").first().evaluate((form) => (form.noValidate = true));
  await page.click("#save");
  await see("Not changed").waitFor();
  assert.equal(await page.inputValue("#notification_url"), "ftp://elsewhere", "what was typed is kept");
  await page.fill("#notification_url", broken);
  await page.click("#save");
  await page.fill("#rule", "explode");
  await page.click("#add");
  await see("no such fault").waitFor();
  await page.fill("#rule", "status:503,order=order-2,times=1");
  await page.click("#add");
  await see("status:503,order=order-2,times=1").waitFor();
  if (hasScripts) await page.locator("html[data-listening]").waitFor({ state: "attached" });
  const refused = await (await call("/v2/charge", charges[1])).json();
  assert.equal(refused.status_code, "503");
  await comes(see("Nothing goes wrong on purpose"));
  const taken = await (await call("/v2/charge", charges[1])).json();
  assert.equal(taken.status_code, "201");

  await page.getByRole("link", { name: "Calls" }).click();
  await see("fault status:503").waitFor();
  await page.getByRole("link", { name: "order-2" }).first().click();
  const unheard = page.locator("article");
  await comes(unheard.getByText("answered 404"));
  const before = await unheard.getByText("next try at").textContent();
  await unheard.getByRole("button", { name: "Delay" }).click();
  await unheard.getByText("next try at").waitFor();
  assert.notEqual(await unheard.getByText("next try at").textContent(), before, "it was not put off");
  await unheard.getByRole("button", { name: "Send now" }).click();
  await comes(unheard.getByText("answered 404").nth(1));
  await unheard.getByRole("button", { name: "Send one more copy" }).click();

  await page.getByRole("link", { name: "Settings" }).click();
  await page.fill("#count", "3");
  await page.selectOption("#unit", "hours");
  await page.click("#advance");
  await page.getByRole("link", { name: "Transactions" }).click();
  await comes(page.getByRole("row", { name: "order-2" }).getByText("expire"));
  return page.getByRole("row", { name: "order-1" }).textContent();
});
