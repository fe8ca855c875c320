// Every operation of the Core API that Midtrans' own Node package has, with every payment method and with cards, against
// the simulator. Prints one line per step that held. The address is set as in walk.cjs.
"use strict";

const assert = require("node:assert/strict");
const { createRequire } = require("node:module");
const METHODS = require("../methods.json");

const installed = createRequire(process.env.CLIENT_FOLDER + "/");
const { CoreApi } = installed("midtrans-client");
const ApiConfig = installed("midtrans-client/lib/apiConfig");

const { SIMULATOR_URL, SERVER_KEY, CLIENT_KEY } = process.env;
ApiConfig.CORE_SANDBOX_BASE_URL = SIMULATOR_URL;

const core = new CoreApi({ isProduction: false, serverKey: SERVER_KEY, clientKey: CLIENT_KEY });
const { transaction } = core;

const step = (name) => console.log(`step ${name}`);

/** The package rejects with the body where its code is 400 or more, except 407. */
async function refused(call, code) {
  const error = await call.then((answer) => assert.fail(`answered ${JSON.stringify(answer)}`), (error) => error);
  assert.equal(error.name, "MidtransError", String(error));
  assert.equal(error.ApiResponse.status_code, String(code), JSON.stringify(error.ApiResponse));
  return error.ApiResponse;
}

/** What a customer or the gateway's own clock does, at the simulator's console. */
async function console_(method, path, form) {
  const reply = await fetch(SIMULATOR_URL + path, {
    method,
    headers: { accept: "application/json" },
    body: form && new URLSearchParams(form),
  });
  assert.ok(reply.ok, `${method} ${path}: ${reply.status} ${await reply.clone().text()}`);
  return reply.json();
}

async function pay(order_id) {
  const { pay_page } = await console_("GET", `/console/transactions/${order_id}`);
  return console_("POST", pay_page, { choice: "approve" });
}

const charge = (order_id, method) =>
  core.charge({ ...method, transaction_details: { order_id, gross_amount: 150000 } });

async function walk({ name, charge: method, answered, answered_type, refund, id, ended, pending_code }) {
  const order = (suffix) => `node-${name.replaceAll(" ", "-")}-${suffix}`;
  const named = (what) => step(`${name} ${what}`);
  const idOf = (charged) => (id === "transaction" ? charged.transaction_id : charged.order_id);

  const charged = await charge(order(1), method);
  assert.equal(charged.status_code, "201");
  assert.equal(charged.transaction_status, "pending");
  assert.equal(charged.payment_type, answered_type ?? method.payment_type);
  assert.ok(charged.merchant_id?.length > 0);
  for (const field of answered) assert.ok(charged[field]?.length > 0, `${field}: ${JSON.stringify(charged)}`);
  named("charge");

  const pending = await transaction.status(idOf(charged));
  assert.equal(pending.transaction_id, charged.transaction_id);
  assert.equal(pending.transaction_status.toLowerCase(), "pending");
  assert.deepEqual([pending.status_code, pending.status_message], [pending_code ?? "201", "Success, transaction is found"]);
  for (const field of ["order_id", "gross_amount", "transaction_time"]) assert.equal(pending[field], charged[field]);
  assert.match(pending.signature_key, /^[0-9a-f]{128}$/);
  named("status");
  await refused(transaction.statusb2b(idOf(charged)), 404);
  named("status b2b");
  for (const change of ["approve", "deny"]) await refused(transaction[change](idOf(charged)), 412);
  await refused(transaction.refund(idOf(charged), { refund_key: "early" }), 412);
  await refused(transaction.refundDirect(idOf(charged), { refund_key: "early" }), 412);
  named("what is not possible while pending");

  for (const [change, code] of [["cancel", "200"], ["expire", "407"]]) {
    const other = await charge(order(change), method);
    if (ended === "by itself") {
      await refused(transaction[change](idOf(other)), 412);
    } else {
      const answer = await transaction[change](idOf(other));
      assert.equal(answer.status_code, code);
      assert.equal(answer.status_message, `Success, transaction is ${change === "cancel" ? "canceled" : "expired"}`);
      assert.equal(answer.transaction_status.toLowerCase(), change);
    }
    named(change);
  }

  assert.equal((await pay(order(1))).transaction_status, "settlement");
  assert.equal((await transaction.status(idOf(charged))).transaction_status.toLowerCase(), "settlement");
  named("pay");
  await refunds(idOf(charged), refund);
  named("refund");
}

/** ShopeePay takes no refunds from 23:55 to 06:00, so this has either of the two answers then. */
async function refunds(id, kind) {
  if (kind === "none") {
    await refused(transaction.refund(id, { refund_key: "r-1" }), 412);
    await refused(transaction.refundDirect(id, { refund_key: "r-2" }), 412);
  } else if (kind === "by day") {
    const answer = await transaction.refundDirect(id, { refund_key: "r-1", amount: 150000, reason: "Sold out" })
      .catch((error) => error.ApiResponse);
    assert.ok(["200", "412"].includes(answer.status_code), JSON.stringify(answer));
  } else if (kind === "full") {
    const answer = await transaction.refund(id, { refund_key: "r-1", amount: 150000, reason: "Sold out" });
    assert.equal(answer.transaction_status, "refund");
  } else if (kind === "not directly") {
    await refused(transaction.refundDirect(id, { refund_key: "r-1", amount: 50000 }), 412);
    const part = await transaction.refund(id, { refund_key: "r-1", amount: 50000, reason: "Broken" });
    assert.equal(part.status_code, "200");
  } else {
    const part = await transaction.refund(id, { refund_key: "r-1", amount: 50000, reason: "Broken" });
    assert.equal(part.transaction_status, "partial_refund");
    const rest = await transaction.refundDirect(id, { refund_key: "r-2", amount: 100000, reason: "Came back" });
    assert.equal(rest.transaction_status, "refund");
  }
}

const CARD = { card_exp_month: "12", card_exp_year: "2049", card_cvv: "123" };
const token = async (card_number) => {
  const made = await core.cardToken({ ...CARD, card_number, client_key: CLIENT_KEY });
  assert.equal(made.status_code, "200");
  return made.token_id;
};
const byCard = (order_id, credit_card) => charge(order_id, { payment_type: "credit_card", credit_card });

async function cards() {
  const named = (what) => step(`card ${what}`);
  const visa = "4811 1111 1111 1114";
  const token_id = await token(visa);
  assert.match(token_id, /^48111111-1114-/);
  named("token");
  const expired = { ...CARD, card_number: visa, card_exp_year: "2019", client_key: CLIENT_KEY };
  for (const call of ["cardToken", "cardRegister"]) {
    const { status_message } = await refused(core[call](expired), 400);
    assert.equal(status_message, "One or more parameters in the payload is invalid.");
  }
  named("token of an expired card");
  const { card_exp_month, card_exp_year } = CARD;
  const saved = await core.cardRegister({ card_number: visa.replaceAll(" ", ""), card_exp_month, card_exp_year, client_key: CLIENT_KEY });
  assert.equal(saved.status_code, "200");
  assert.equal(saved.masked_card, "48111111-1114");
  assert.ok(saved.saved_token_id.startsWith("481111"));
  named("register");

  const paid = await byCard("node-card-1", { token_id });
  assert.deepEqual([paid.status_code, paid.transaction_status, paid.fraud_status], ["200", "capture", "accept"]);
  assert.equal(paid.masked_card, "48111111-1114");
  named("charge");
  await refused(byCard("node-card-2", { token_id }), 411);
  named("token used twice");
  const again = await byCard("node-card-3", { token_id: saved.saved_token_id });
  assert.equal(again.transaction_status, "capture");
  named("charge of a saved card");

  for (const number of ["4105058689481467", "5264 2210 3887 4659", "4617 0069 5974 6656"]) {
    const points = await core.cardPointInquiry(await token(number));
    assert.deepEqual([points.status_code, points.status_message],
      ["200", "Success, Credit Card Point inquiry is successful"]);
    assert.equal(typeof points.point_balance_amount, "string");
  }
  named("point inquiry");

  const reviews = [["approve", "capture", "approved"], ["deny", "deny", "denied"]];
  for (const [change, status, words] of reviews) {
    const order = `node-card-${change}`;
    const doubted = await byCard(order, { token_id: await token("5510 1111 1111 1115") });
    assert.equal(doubted.fraud_status, "challenge");
    const { status_code, status_message } = await transaction[change](order);
    assert.deepEqual([status_code, status_message], ["200", `Success, transaction is ${words}`]);
    assert.equal((await transaction.status(order)).transaction_status, status);
    named(change);
  }

  const reserved = await byCard("node-card-4", { token_id: await token(visa), type: "authorize" });
  assert.equal(reserved.transaction_status, "authorize");
  const taken = await core.capture({ transaction_id: reserved.transaction_id, gross_amount: 145000 });
  assert.deepEqual([taken.status_code, taken.transaction_status], ["200", "capture"]);
  named("capture");
  await refused(core.capture({ transaction_id: "none", gross_amount: "265.000" }), 404);
  named("capture of an unknown transaction");

  const asked = await byCard("node-card-5", { token_id: await token(visa), authentication: true });
  assert.deepEqual([asked.status_code, asked.transaction_status], ["201", "pending"]);
  const bank = await fetch(asked.redirect_url, { method: "POST", body: new URLSearchParams({ otp: "112233" }) });
  assert.ok(bank.ok);
  assert.equal((await transaction.status("node-card-5")).transaction_status, "capture");
  named("3-D Secure");

  for (const call of ["approve", "deny", "refund", "refundDirect"]) {
    await refused(transaction[call]("node-card-1", { refund_key: "early" }), 412);
  }
  named("what is not possible before the settlement");
  const cancelled = await transaction.cancel("node-card-1");
  const ended = await transaction.status("node-card-1");
  for (const it of [cancelled, ended]) assert.deepEqual([it.status_code, it.transaction_status], ["200", "cancel"]);
  named("cancel");
  await console_("POST", "/console/transactions/node-card-3/settle", {});
  await refunds("node-card-3", "partial");
  named("refund");
}

async function main() {
  for (const method of METHODS) await walk(method);
  await cards();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
