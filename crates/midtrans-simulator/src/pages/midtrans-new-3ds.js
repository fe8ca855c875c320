// The simulator's stand-in for the gateway's library for shops' pages: the same calls, and whatever host this file was loaded
// from answers them. (https://docs.midtrans.com/docs/coreapi-card-payment-integration)
(() => {
  "use strict";

  const LOADED = document.currentScript;

  // A shop may add the tag late, or give it its attributes late: they are read with each call.
  function tag() {
    return document.getElementById("midtrans-script") || LOADED;
  }

  function host() {
    const { src } = LOADED || tag();
    return src.slice(0, src.indexOf("/v2/assets/"));
  }

  function call(callback, response) {
    if (typeof callback === "function") callback(response);
  }

  function failure(text) {
    return { status_code: "400", status_message: text, validation_messages: [text] };
  }

  // What is wrong with the attributes of the tag, if anything.
  function misuse() {
    const { environment, clientKey } = (tag() && tag().dataset) || {};
    if (!clientKey) return "data-client-key of the script tag #midtrans-script is missing";
    if (environment && environment !== "sandbox" && environment !== "production") {
      return "data-environment of the script tag #midtrans-script must be sandbox or production";
    }
    return null;
  }

  // Exchanges the data of a card for a token. `options` has onSuccess and onFailure.
  async function getCardToken(card, options) {
    const callbacks = options || {};
    const wrong = misuse();
    if (wrong) return call(callbacks.onFailure, failure(wrong));
    const fields = new URLSearchParams();
    for (const [name, value] of Object.entries(card || {})) {
      if (value !== undefined && value !== null) fields.append(name, value);
    }
    fields.set("client_key", tag().dataset.clientKey);
    let response;
    try {
      const reply = await fetch(`${host()}/v2/token?${fields}`, {
        cache: "no-store",
        credentials: "omit",
        referrerPolicy: "no-referrer",
      });
      response = await reply.json();
    } catch {
      return call(callbacks.onFailure, { status_code: "500", status_message: "The gateway cannot be reached" });
    }
    return call(response.status_code === "200" ? callbacks.onSuccess : callbacks.onFailure, response);
  }

  // Has the shop's page show the bank's page, in a frame perhaps, and waits for the result. `options` has
  // performAuthentication, onSuccess, onFailure and onPending.
  function authenticate(redirectUrl, options) {
    const callbacks = options || {};
    const { origin, pathname } = new URL(redirectUrl, location.href);
    function hear(event) {
      const told = event.data;
      if (event.origin !== origin || !told || told.source !== "midtrans-3ds") return;
      // A page may wait for several authentications, or for one that was begun again.
      if (!pathname.endsWith(`/${told.response.transaction_id}`)) return;
      window.removeEventListener("message", hear);
      const { status_code: code, transaction_status: status } = told.response;
      if (status === "pending" || code === "201") call(callbacks.onPending, told.response);
      else call(code === "200" ? callbacks.onSuccess : callbacks.onFailure, told.response);
    }
    window.addEventListener("message", hear);
    call(callbacks.performAuthentication, redirectUrl);
  }

  // Sends the browser to the bank's page, which sends it on to `options.callbackUrl` with a form.
  function redirect(redirectUrl, options) {
    const url = new URL(redirectUrl, location.href);
    const { callbackUrl } = options || {};
    if (callbackUrl) {
      url.searchParams.set("callback_type", "form");
      url.searchParams.set("callback_url", new URL(callbackUrl, location.href).href);
    }
    location.assign(url);
  }

  window.MidtransNew3ds = { getCardToken, authenticate, redirect };
})();
