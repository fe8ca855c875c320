// Snap, subscriptions and pay accounts: every operation of them that Midtrans' own Node package has, with what its own
// tests want of the answers, against the simulator. Prints one line per step that held. The address is set as in walk.cjs.
"use strict";

const assert = require("node:assert/strict");
const { createRequire } = require("node:module");
const { snap: PAGE, wrong_key, subscription, subscriptions, changes, account, phones, refused_phones } =
  require("../products.json");

const installed = createRequire(process.env.CLIENT_FOLDER + "/");
const { CoreApi, Snap } = installed("midtrans-client");
const ApiConfig = installed("midtrans-client/lib/apiConfig");

const { SIMULATOR_URL, SERVER_KEY, CLIENT_KEY } = process.env;
ApiConfig.CORE_SANDBOX_BASE_URL = SIMULATOR_URL;
ApiConfig.SNAP_SANDBOX_BASE_URL = SIMULATOR_URL + "/snap/v1";

const keys = { isProduction: false, serverKey: SERVER_KEY, clientKey: CLIENT_KEY };
const [core, snap] = [new CoreApi(keys), new Snap(keys)];

const step = (name) => console.log(`step ${name}`);

/** The package rejects with the number of an HTTP status, or with the body's own text where HTTP was 2xx. */
async function refused(call, status, part) {
  const error = await call.then((answer) => assert.fail(`answered ${JSON.stringify(answer)}`), (error) => error);
  assert.equal(error.name, "MidtransError", String(error));
  assert.equal(error.httpStatusCode, status, String(error));
  assert.ok(JSON.stringify(error.ApiResponse).includes(part), String(error));
  return error.ApiResponse;
}

function order(page, order_id) {
  const body = structuredClone(page);
  body.transaction_details.order_id = `node-snap${order_id}`;
  return body;
}

async function pages() {
  const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
  const is = (token, url) => {
    assert.match(token, uuid4);
    assert.match(url, new RegExp(`^${SIMULATOR_URL}/snap/v\\d/(vtweb|redirection)/.*${token}$`));
  };
  const page = order(PAGE.minimum, "-minimum");
  const created = await snap.createTransaction(page);
  is(created.token, created.redirect_url);
  step("snap create");
  assert.match(await snap.createTransactionToken(order(PAGE.minimum, "-token")), uuid4);
  step("snap token");
  const url = await snap.createTransactionRedirectUrl(order(PAGE.minimum, "-url"));
  is(url.split("/").pop(), url);
  step("snap redirect URL");
  for (const start_time of PAGE.starts) {
    const full = order(PAGE.full, `-full-${start_time.slice(0, 4)}`);
    full.expiry.start_time = start_time;
    const answer = await snap.createTransaction(full);
    is(answer.token, answer.redirect_url);
  }
  step("snap full request");
  for (const id of PAGE.order_ids) await snap.createTransaction(order(PAGE.full, id));
  step("snap order ids");
  assert.notEqual((await snap.createTransaction(page)).token, created.token);
  step("snap same order again");
  snap.httpClient.http_client.defaults.headers.common["X-Override-Notification"] = "https://shop.example/notify";
  assert.match(await snap.createTransactionToken(order(PAGE.minimum, "-override")), uuid4);
  step("snap notification URL");
  for (const nothing of [null, {}]) {
    const { error_messages } = await refused(snap.createTransaction(nothing), 400, "is required");
    assert.ok(Array.isArray(error_messages));
  }
  step("snap nothing");
  const free = order(PAGE.minimum, "-free");
  free.transaction_details.gross_amount = 0;
  await refused(snap.createTransaction(free), 400, "error_messages");
  step("snap amount zero");
  for (const serverKey of ["dummy", ""]) {
    const stranger = new Snap({ ...keys, serverKey });
    const answer = await refused(stranger.createTransaction(page), 401, "unauthorized");
    assert.equal(JSON.stringify(answer), wrong_key);
  }
  step("snap wrong key");
  const answer = await refused(snap.transaction.status(page.transaction_details.order_id), "404", "exist");
  assert.equal(answer.status_code, "404");
  step("snap status without a choice");
}

async function plans() {
  const updated = { status_message: "Subscription is updated." };
  const created = await core.createSubscription(subscription);
  const { id } = created;
  assert.ok(id.length > 0);
  assert.equal(created.status, "active");
  for (const field of ["name", "amount", "currency", "payment_type", "token", "metadata"]) {
    assert.deepEqual(created[field], subscription[field]);
  }
  assert.equal(created.customer_details.email, subscription.customer_details.email);
  for (const other of subscriptions) {
    const answer = await core.createSubscription({ ...subscription, ...other });
    assert.deepEqual([answer.status, answer.name], ["active", subscription.name]);
  }
  step("subscription create");
  await refused(core.createSubscription(null), 400, "Bad request");
  step("subscription nothing");
  for (const amount of [0, "0"]) {
    await refused(core.createSubscription({ ...subscription, amount }), 400,
      "subscription.amount must be between 0.01 - 99999999999.00");
  }
  step("subscription amount zero");
  assert.equal((await core.getSubscription(id)).status, "active");
  step("subscription get");
  assert.deepEqual(await core.disableSubscription(id), updated);
  assert.equal((await core.getSubscription(id)).status, "inactive");
  step("subscription disable");
  assert.deepEqual(await core.enableSubscription(id), updated);
  assert.equal((await core.getSubscription(id)).status, "active");
  step("subscription enable");
  for (const change of changes) assert.deepEqual(await core.updateSubscription(id, change), updated);
  const found = await core.getSubscription(id);
  assert.deepEqual([found.metadata, found.name, found.schedule.interval], [{ plan: "gold" }, "MONTHLY_2020", 2]);
  step("subscription update");
  const calls = [core.getSubscription("dummy"), core.disableSubscription("dummy"), core.enableSubscription("dummy"),
    core.updateSubscription("dummy", changes[0]), core.updateSubscription("dummy", null)];
  for (const call of calls) await refused(call, 404, "Subscription doesn't exist.");
  step("subscription unknown");
}

async function accounts() {
  const linked = await core.linkPaymentAccount(account);
  const bodies = phones.map((gopay_partner) => ({ ...account, gopay_partner }));
  for (const answer of [linked, ...(await Promise.all(bodies.map((body) => core.linkPaymentAccount(body))))]) {
    assert.deepEqual([answer.status_code, answer.account_status], ["201", "PENDING"]);
    assert.ok(answer.account_id.length > 0 && answer.actions.length > 0);
  }
  step("account link");
  for (const [phone_number, words] of Object.entries(refused_phones)) {
    const gopay_partner = { ...account.gopay_partner, phone_number };
    const answer = await core.linkPaymentAccount({ ...account, gopay_partner });
    assert.deepEqual([answer.status_code, answer.channel_response_message], ["202", words]);
  }
  step("account without a wallet");
  const zero = { ...account, gopay_partner: { ...account.gopay_partner, phone_number: "081212345678" } };
  await refused(core.linkPaymentAccount(zero), 400,
    "gopay_partner.phone_number must be numeric digits and must not begin with 0");
  step("account leading zero");
  const found = await core.getPaymentAccount(linked.account_id);
  assert.deepEqual([found.status_code, found.account_status, found.account_id], ["201", "PENDING", linked.account_id]);
  step("account get");
  await refused(core.unlinkPaymentAccount(linked.account_id), "412", "Account status cannot be updated.");
  step("account unlink while pending");
  for (const call of [core.getPaymentAccount("dummy"), core.unlinkPaymentAccount("dummy")]) {
    await refused(call, "404", "Account doesn't exist.");
  }
  step("account unknown");
}

async function main() {
  await pages();
  await plans();
  await accounts();
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
