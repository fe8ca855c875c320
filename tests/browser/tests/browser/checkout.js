// As in the gateway's guide: a token, a charge by the shop's server, and the bank's page.
const query = new URLSearchParams(location.search);
const value = (id) => document.getElementById(id).value;
const end = (kind, response) => {
  document.body.dataset.result = `${kind} ${response.status_code} ${response.transaction_status ?? response.validation_messages}`;
};

document.getElementById("card").addEventListener("submit", (event) => {
  event.preventDefault();
  const card = {
    card_number: value("number"),
    card_exp_month: value("month"),
    card_exp_year: value("year"),
    card_cvv: value("cvv"),
  };
  MidtransNew3ds.getCardToken(card, {
    onSuccess: (response) => charge(response.token_id),
    onFailure: (response) => end("no token", response),
  });
});

async function charge(token) {
  const order = query.get("order");
  const reply = await fetch(`/charge?order=${order}&token=${token}`, { method: "POST" });
  const { redirect_url: url } = await reply.json();
  if (query.get("way") === "redirect") {
    MidtransNew3ds.redirect(url, { callbackUrl: `${location.origin}/done?order=${order}` });
    return;
  }
  MidtransNew3ds.authenticate(url, {
    performAuthentication: (page) => {
      const frame = Object.assign(document.createElement("iframe"), { src: page, id: "bank", title: "Bank" });
      frame.style = "width: 24rem; height: 40rem";
      document.getElementById("place").append(frame);
    },
    onSuccess: (response) => end("success", response),
    onFailure: (response) => end("failure", response),
    onPending: (response) => end("pending", response),
  });
}
