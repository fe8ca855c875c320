// Opens Snap's popup over the order's page (https://docs.midtrans.com/reference/snap-js). What the popup tells is a hint:
// the shop takes it as it takes any way back, and asks the gateway.
"use strict";

// An element with the id "snap" would hide the library, whose name is window.snap.
const link = document.getElementById("choose");

function back(result) {
  const words = ["order_id", "status_code", "transaction_status"];
  const told = words.filter((word) => result?.[word]).map((word) => [word, result[word]]);
  location.assign(`${link.dataset.back}?${new URLSearchParams(told)}`);
}

function pay(event) {
  // Without the library the link leads to the same page in this window.
  if (!window.snap) return;
  event?.preventDefault();
  window.snap.hide();
  window.snap.pay(link.dataset.token, { onSuccess: back, onPending: back, onError: back, onClose: () => {} });
}

link?.addEventListener("click", pay);

// The customer is sent on at once, and finds the order behind the popup.
if (link && location.hash === "#snap") {
  history.replaceState(null, "", location.pathname);
  pay();
}
