// A stand-in for the gateway's snap.js: window.snap with pay, embed, show and hide. It opens the Snap page of the
// simulator that it was loaded from, and believes messages of that page alone.
(() => {
  "use strict";
  // An element with the id "snap" is there by that name, too.
  if (typeof window.snap?.pay === "function") return;

  const home = new URL(document.currentScript.src).origin;
  const LAYER =
    "position:fixed;inset:0;z-index:2147483647;display:flex;align-items:center;justify-content:center;" +
    "background:rgba(10,20,40,.55)";
  const POPUP = "width:min(26rem,100%);height:min(46rem,100%);border:0;border-radius:min(1rem,2vw);background:#fff";
  const EMBEDDED = "display:block;width:100%;min-width:min(20rem,100%);height:40rem;border:0";
  const CALLBACKS = { success: "onSuccess", pending: "onPending", error: "onError", close: "onClose" };

  // The payment that is open: its token, frame, outermost element and options.
  let open = null;
  let loading = null;

  const layer = () => {
    const element = document.createElement("div");
    element.style.cssText = LAYER;
    return element;
  };

  const address = (token, kind, options) => {
    const query = new URLSearchParams({ frame: kind, origin: window.location.origin });
    if (options.language === "id" || options.language === "en") query.set("lang", options.language);
    return `${home}/snap/v4/redirection/${encodeURIComponent(token)}?${query}`;
  };

  const frame = (token, kind, options, style) => {
    const element = document.createElement("iframe");
    element.title = "Midtrans Snap";
    element.name = kind === "popup" ? "popup_midtrans" : "embed_midtrans";
    element.style.cssText = style;
    element.src = address(token, kind, options);
    return element;
  };

  const begin = (token, options) => {
    if (typeof token !== "string" || token === "") throw new Error("snap: expected a token as the first argument");
    if (open !== null) throw new Error("snap: a payment is open already, call snap.hide() first");
    hideLoading();
    return options ?? {};
  };

  const hideLoading = () => {
    loading?.remove();
    loading = null;
  };

  const close = () => {
    open?.outermost.remove();
    open = null;
  };

  // A URL of any other scheme could be a script, which would run in the shop's page.
  const isPage = (url) => typeof url === "string" && /^https?:\/\//i.test(url);

  // Without a callback of its own, a result leads to the finish URL, where the merchant has set one.
  const finish = (options, event, result) => {
    const callback = options[CALLBACKS[event]];
    if (typeof callback === "function") {
      if (event === "close") callback();
      else callback(result);
    } else if (event !== "close" && isPage(result?.finish_redirect_url)) {
      window.location.assign(result.finish_redirect_url);
    }
  };

  window.addEventListener("message", (message) => {
    if (message.origin !== home || open === null || message.source !== open.frame.contentWindow) return;
    const { source, token, event, result } = message.data ?? {};
    if (source !== "midtrans-snap" || token !== open.token || !Object.hasOwn(CALLBACKS, event)) return;
    const { options } = open;
    close();
    finish(options, event, result);
  });

  window.snap = {
    pay(token, given) {
      const options = begin(token, given);
      const outermost = layer();
      const element = frame(token, "popup", options, POPUP);
      outermost.append(element);
      document.body.append(outermost);
      open = { token, frame: element, outermost, options };
    },

    embed(token, given) {
      const options = begin(token, given);
      const place = document.getElementById(options.embedId);
      if (place === null) throw new Error("snap: expected the id of an element in embedId");
      const element = frame(token, "embed", options, EMBEDDED);
      place.append(element);
      open = { token, frame: element, outermost: element, options };
    },

    // Covers the page while the shop fetches a token.
    show() {
      if (loading !== null || open !== null) return;
      loading = layer();
      loading.setAttribute("role", "status");
      loading.textContent = "…";
      document.body.append(loading);
    },

    // Takes the cover or the payment away, without a callback.
    hide() {
      hideLoading();
      close();
    },
  };
})();
