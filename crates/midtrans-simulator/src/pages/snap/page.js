// Snap's page, in a window of its own or in a frame that snap.js has opened: tells the result to the one origin that
// opened it, and goes on by itself when a payment that it waits for has arrived.
"use strict";

const result = document.getElementById("result");
if (result !== null && window.parent !== window) {
  const { token, origin, event } = result.dataset;
  const told = { source: "midtrans-snap", token, event, result: JSON.parse(result.dataset.result) };
  if (origin !== "") window.parent.postMessage(told, origin);
}

if (document.getElementById("waits") !== null) {
  const look = async () => {
    try {
      const reply = await fetch(location.href, { headers: { accept: "application/json" } });
      const { state } = await reply.json();
      if (state !== "paying") {
        clearInterval(timer);
        document.querySelector("#back button").click();
      }
    } catch {
      // The next look will tell.
    }
  };
  const timer = setInterval(look, 2000);
}
