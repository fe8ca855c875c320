// A copy button beside every number, and the time that is left. Without JavaScript the pages work, too.
"use strict";

for (const output of document.querySelectorAll("output[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${output.dataset.copy}`);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(output.textContent);
      button.textContent = "Copied";
    } catch {
      // Without leave to write to the clipboard: select it, for the keyboard or the long press.
      getSelection().selectAllChildren(output);
      button.textContent = "Selected";
    }
  });
  output.after(button);
}

const two = (number) => String(number).padStart(2, "0");

for (const place of document.querySelectorAll("[data-seconds-left]")) {
  // Counted from now: the browser's clock may be wrong.
  const end = performance.now() + Number(place.dataset.secondsLeft) * 1000;
  const show = () => {
    const left = Math.max(0, Math.round((end - performance.now()) / 1000));
    const hours = Math.floor(left / 3600);
    const minutes = Math.floor(left / 60) % 60;
    place.textContent = `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(left % 60)}`;
    if (left === 0) clearInterval(ticking);
  };
  const ticking = setInterval(show, 1000);
  show();
  place.closest("[hidden]")?.removeAttribute("hidden");
}

// Looks for news, and shows the page anew only when there is some: a copied number stays selected, and a reader is not
// thrown back to the top.
const { again, page, state } = document.querySelector("main").dataset;

async function look() {
  // A payment that is under way in a popup is not taken away.
  if (document.querySelector("iframe")) return setTimeout(look, Number(again) * 1000);
  try {
    const reply = await fetch(page, { cache: "no-store" });
    const told = new DOMParser().parseFromString(await reply.text(), "text/html").querySelector("main").dataset;
    if (reply.ok && told.state !== state) return location.replace(page);
  } catch {
    // The shop cannot be reached: the next look may.
  }
  return setTimeout(look, Number(again) * 1000);
}

if (again) setTimeout(look, Number(again) * 1000);
