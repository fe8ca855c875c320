// A shop in one page. The order id is made here and kept as long as the tab lives, so that a second click and a reload are
// the same order. What Snap's popup tells (https://docs.midtrans.com/reference/snap-js) only makes the page ask the shop.
"use strict";

const button = document.querySelector("#buy button");
const quantity = document.getElementById("quantity");
const status = document.getElementById("status");

const WORDS = {
  open: "Not paid yet.",
  pending: "We are waiting for your payment.",
  review: "Something about this payment does not fit, and we look at it. Please do not pay again.",
  paid: "Paid. Thank you! Your shoes are on their way.",
};

const kept = () => sessionStorage.getItem("order");

function newOrder() {
  const id = `page-${crypto.randomUUID()}`;
  sessionStorage.setItem("order", id);
  return id;
}

function show(order) {
  status.textContent = WORDS[order.payment] ?? "Not paid. Nothing was charged; you are welcome to try again.";
  status.dataset.payment = order.payment;
  const isOver = order.is_over || order.payment === "review";
  if (order.is_over) sessionStorage.removeItem("order");
  button.textContent = order.token ? "Go on paying" : "Pay";
  return isOver;
}

let followed = null;

// Asks the shop until the payment is over, once at a time. A shop that cannot be reached says nothing about the payment.
async function follow(id) {
  if (followed === id) return;
  followed = id;
  await ask(id);
  if (followed === id) followed = null;
}

async function ask(id) {
  while (followed === id) {
    try {
      const answer = await fetch(`/api/orders/${encodeURIComponent(id)}`, { cache: "no-store" });
      if (answer.status === 404) return;
      if (answer.ok && show(await answer.json())) return;
    } catch {
      status.textContent = "We cannot reach the shop. We go on asking about your payment.";
    }
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
}

async function pay(event) {
  event.preventDefault();
  button.disabled = true;
  try {
    const id = kept() ?? newOrder();
    const answer = await fetch("/api/orders", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ order_id: id, quantity: Number(quantity.value) }),
    });
    const order = await answer.json();
    if (!answer.ok) throw new Error(`${order.field}: ${order.expected}`);
    show(order);
    if (order.token) {
      // Back from the popup, as from a redirect: the shop asks the gateway soon, whatever the popup says.
      const back = () => fetch(`/midtrans/finish?order_id=${encodeURIComponent(id)}`).catch(() => {});
      window.snap.hide();
      window.snap.pay(order.token, { onSuccess: back, onPending: back, onError: back, onClose: back });
    }
    follow(id);
  } catch (error) {
    // Not known to have failed: the same order is asked for at the next click.
    status.textContent = `We do not know how this went (${error.message}). Please try again: you do not pay twice.`;
  } finally {
    button.disabled = false;
  }
}

document.getElementById("buy").addEventListener("submit", pay);
if (kept()) follow(kept());
