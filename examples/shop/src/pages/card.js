// Calls the gateway's card library (https://docs.midtrans.com/reference/get-token): a token for a card that is typed,
// and the way to the page of the card's bank and back.
"use strict";

const form = document.getElementById("card");
const problem = document.getElementById("problem");
const typed = (id) => document.getElementById(id).value.trim();

function fail(words) {
  problem.textContent = words;
  problem.hidden = false;
  form.querySelector("button").disabled = false;
}

form?.addEventListener("submit", (event) => {
  if (form.elements.token_id.value) return;
  event.preventDefault();
  problem.hidden = true;
  form.querySelector("button").disabled = true;
  if (!window.MidtransNew3ds) return fail("The gateway cannot be reached. Please try again.");
  const card = {
    card_number: typed("card-number").replaceAll(" ", ""),
    card_exp_month: typed("card-month").padStart(2, "0"),
    card_exp_year: typed("card-year").replace(/^(\d\d)$/, "20$1"),
    card_cvv: typed("card-code"),
  };
  window.MidtransNew3ds.getCardToken(card, {
    onSuccess: (answer) => {
      form.elements.token_id.value = answer.token_id;
      form.submit();
    },
    onFailure: (answer) => fail((answer.validation_messages || [answer.status_message]).join(", ")),
  });
});

// A customer who comes back finds the form with a token that is used up.
addEventListener("pageshow", () => {
  if (!form) return;
  form.elements.token_id.value = "";
  form.querySelector("button").disabled = false;
});

const bank = document.getElementById("bank");

function goToBank(event) {
  if (!window.MidtransNew3ds) return;
  event?.preventDefault();
  window.MidtransNew3ds.redirect(bank.href, { callbackUrl: bank.dataset.back });
}

bank?.addEventListener("click", goToBank);

// After the charge the customer is sent on at once, and finds the order when going back.
if (bank && location.hash === "#bank") {
  history.replaceState(null, "", location.pathname);
  goToBank();
}
