// Tells the shop's page around this one, or the one that opened it, what came of a card's authentication. Only a hint: the
// shop's server asks the gateway.
(() => {
  const { response } = document.getElementById("told").dataset;
  const message = { source: "midtrans-3ds", response: JSON.parse(response) };
  for (const other of [window.parent, window.opener]) {
    // Any shop's page may be around it, as at the gateway; there is nothing secret in it.
    if (other && other !== window) other.postMessage(message, "*");
  }
})();
