// What a shop does with Midtrans' own Node package, against the simulator. Prints one line per step that held.
//
// The package has no setting for the address, only for sandbox or production. Its two addresses are plain properties
// of a class, so they are set before the first call; nothing of the package is changed on disk.
"use strict";

const assert = require("node:assert/strict");
const crypto = require("node:crypto");
const http = require("node:http");
const { createRequire } = require("node:module");

const installed = createRequire(process.env.CLIENT_FOLDER + "/");
const { CoreApi } = installed("midtrans-client");
const ApiConfig = installed("midtrans-client/lib/apiConfig");

const { SIMULATOR_URL, SERVER_KEY, FINISH_URL } = process.env;
ApiConfig.CORE_SANDBOX_BASE_URL = SIMULATOR_URL;

const step = (name) => console.log(`step ${name}`);

/** A body that the gateway refuses: the package rejects with the HTTP status or the body's code, and the body. */
async function refused(call, code) {
  const error = await call.then((answer) => assert.fail(`answered ${JSON.stringify(answer)}`), (error) => error);
  assert.equal(error.name, "MidtransError", String(error));
  assert.equal(String(error.httpStatusCode), String(code));
  assert.equal(error.ApiResponse.status_code, String(code));
  return error.ApiResponse;
}

const customer = { first_name: "Siti", last_name: "Rahayu", email: "siti@shop.example", phone: "081234567890" };
const address = { first_name: "Siti", last_name: "Rahayu", address: "Jalan Melati 1", city: "Jakarta", postal_code: "12190",
  phone: "081234567890", country_code: "IDN" };

function order(payment_type, order_id) {
  const charge = {
    payment_type: payment_type,
    transaction_details: { order_id, gross_amount: 150000 },
    item_details: [
      { id: "kettle", price: 60000, quantity: 2, name: "Kettle" },
      { id: "sending", price: 30000, quantity: 1, name: "Sending" },
    ],
    customer_details: { ...customer, billing_address: address, shipping_address: address },
  };
  if (payment_type === "kredivo") {
    for (const item of charge.item_details) Object.assign(item, { category: "Home", url: "https://shop.example" });
    charge.seller_details = [{ id: "seller-1", name: "Shop", email: "shop@shop.example",
      url: "https://shop.example", address }];
    charge.custom_expiry = { expiry_duration: 60, unit: "minute" };
    charge.custom_field1 = "from the walk";
    charge.metadata = { cart: "42" };
  }
  return charge;
}

/** The shop's webhook: it keeps notifications until a test waits for an order's status. */
class Webhook {
  constructor() {
    this.came = [];
    this.waiting = [];
    this.server = http.createServer((request, response) => {
      let text = "";
      request.on("data", (part) => (text += part));
      request.on("end", () => {
        response.end();
        this.came.push(JSON.parse(text));
        this.waiting.forEach((look) => look());
      });
    });
  }

  async url() {
    await new Promise((done) => this.server.listen(0, "127.0.0.1", done));
    return `http://127.0.0.1:${this.server.address().port}/notify`;
  }

  until(order_id, status) {
    return new Promise((done, failed) => {
      const patience = setTimeout(() => failed(new Error(`no notification of ${order_id} ${status}`)), 60_000);
      const look = () => {
        const body = this.came.find((it) => it.order_id === order_id && it.transaction_status === status);
        if (!body) return;
        clearTimeout(patience);
        done(body);
      };
      this.waiting.push(look);
      look();
    });
  }
}

async function pay(payment_type, charged) {
  const body = new URLSearchParams({ choice: "approve" });
  const page = await fetch(charged.redirect_url, { method: "POST", body, redirect: "manual" });
  if (payment_type === "kredivo") {
    assert.equal(page.status, 303);
    assert.ok(page.headers.get("location").startsWith(FINISH_URL), page.headers.get("location"));
  } else {
    assert.equal(page.status, 200);
    assert.ok((await page.text()).includes(`action="${FINISH_URL}"`));
  }
}

async function walk(payment_type, core, webhook) {
  const transaction = core.transaction;
  const id = `node-${payment_type}`;
  const named = (name) => step(`${payment_type} ${name}`);

  const charged = await core.charge(order(payment_type, id));
  assert.equal(charged.status_code, "201");
  assert.equal(charged.gross_amount, "150000.00");
  assert.equal(charged.payment_type, payment_type);
  assert.equal(charged.transaction_status, "pending");
  assert.match(charged.transaction_time, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
  named("charge");

  const byOrder = await transaction.status(id);
  assert.equal(byOrder.transaction_id, charged.transaction_id);
  assert.equal(byOrder.transaction_status, "pending");
  named("status by order id");
  assert.deepEqual(await transaction.status(charged.transaction_id), byOrder);
  named("status by transaction id");

  await refused(transaction.statusb2b(id), 404);
  named("status b2b");

  await refused(core.charge(order(payment_type, id)), 406);
  named("duplicate order");
  await refused(transaction.approve(id), 412);
  named("approve");
  await refused(transaction.deny(id), 412);
  named("deny");

  await pay(payment_type, charged);
  named("pay");

  const body = await webhook.until(id, "settlement");
  const signed = body.order_id + body.status_code + body.gross_amount + SERVER_KEY;
  assert.equal(body.signature_key, crypto.createHash("sha512").update(signed).digest("hex"));
  const asked = await transaction.notification(body);
  assert.equal(asked.order_id, id);
  assert.equal(asked.transaction_status, "settlement");
  assert.equal(asked.signature_key, body.signature_key);
  named("notification");

  await refused(transaction.cancel(id), 412);
  named("cancel of a paid order");

  const part = await transaction.refund(id, { refund_key: "first", amount: 50000, reason: "One came broken" });
  assert.equal(part.status_code, "200");
  assert.equal(part.transaction_status, "partial_refund");
  assert.equal(part.refund_amount, "50000.00");
  assert.equal(part.refund_key, "first");
  named("partial refund");
  await refused(transaction.refund(id, { refund_key: "first", amount: 50000, reason: "again" }), 406);
  named("repeated refund key");
  await refused(transaction.refundDirect(id, { refund_key: "much", amount: 100001, reason: "too much" }), 414);
  named("refund over the amount");
  const rest = await transaction.refundDirect(id, { refund_key: "rest", amount: 100000, reason: "Came back" });
  assert.equal(rest.status_code, "200");
  assert.equal(rest.transaction_status, "refund");
  named("direct refund of the rest");

  await pay(payment_type, await core.charge(order(payment_type, `${id}-full`)));
  const full = await transaction.refund(`${id}-full`, { refund_key: "full", reason: "Sold out" });
  assert.equal(full.transaction_status, "refund");
  assert.equal(full.refund_amount, "150000.00");
  named("full refund");

  await core.charge(order(payment_type, `${id}-cancel`));
  const cancelled = await transaction.cancel(`${id}-cancel`);
  assert.equal(cancelled.status_code, "200");
  assert.equal(cancelled.transaction_status, "cancel");
  named("cancel");

  await core.charge(order(payment_type, `${id}-expire`));
  // 407 means success here, and the package resolves it.
  const expired = await transaction.expire(`${id}-expire`);
  assert.equal(expired.status_code, "407");
  assert.equal(expired.transaction_status, "expire");
  named("expire");

  const wrong = order(payment_type, `${id}-wrong`);
  wrong.transaction_details.gross_amount = 149999;
  const invalid = await refused(core.charge(wrong), 400);
  assert.equal(invalid.validation_messages.length, 1);
  named("validation error");

  await refused(transaction.status(`${id}-missing`), 404);
  named("unknown order");
  const stranger = new CoreApi({ isProduction: false, serverKey: "SB-Mid-server-wrong", clientKey: "" });
  // A number is HTTP's own status; the body's code would be a text.
  const error = await stranger.transaction.status(id).catch((error) => error);
  assert.deepEqual([error.httpStatusCode, error.ApiResponse.status_code], [401, "401"]);
  named("wrong key");
}

async function main() {
  const webhook = new Webhook();
  const core = new CoreApi({ isProduction: false, serverKey: SERVER_KEY, clientKey: "" });
  // The package has no setting for headers either; its HTTP client has.
  core.httpClient.http_client.defaults.headers.common["X-Override-Notification"] = await webhook.url();
  for (const payment_type of ["akulaku", "kredivo"]) await walk(payment_type, core, webhook);
  webhook.server.closeAllConnections();
  webhook.server.close();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
