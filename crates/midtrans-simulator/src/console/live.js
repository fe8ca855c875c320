// Shows what changes at the gateway without a reload. Without this file, the link "Refresh" does it.
"use strict";

// What the server last sent for each part of the page that may change.
const sent = new Map();
for (const part of document.querySelectorAll("[data-live]")) sent.set(part.id, part.innerHTML);

const FIELDS = "input:not([type=hidden]), select, textarea";

function isTyped(field) {
  if (field.type === "checkbox") return field.checked !== field.defaultChecked;
  if (field.tagName !== "SELECT") return field.value !== field.defaultValue;
  const preset = [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  return field.value !== preset?.value;
}

// Keeps what the reader has opened, scrolled, typed and focused.
function swap(old, fresh) {
  const open = [...old.querySelectorAll("details[open]")].map((part) => part.id);
  const scrolled = [...old.querySelectorAll(".scroll[id]")].map((part) => [part.id, part.scrollLeft]);
  const typed = [...old.querySelectorAll(FIELDS)].filter(isTyped);
  const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
  old.replaceChildren(...fresh.childNodes);
  for (const id of open) document.getElementById(id)?.setAttribute("open", "");
  for (const [id, left] of scrolled) document.getElementById(id)?.scrollTo({ left });
  for (const { id, value, checked } of typed) {
    const field = document.getElementById(id);
    if (field) Object.assign(field, { value, checked });
  }
  if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
}

function show(page) {
  for (const fresh of page.querySelectorAll("[data-live]")) {
    const old = document.getElementById(fresh.id);
    const text = fresh.innerHTML;
    if (!old || sent.get(fresh.id) === text) continue;
    // While a field has the focus, nothing moves.
    if (old.contains(document.activeElement) && document.activeElement.matches(FIELDS)) continue;
    sent.set(fresh.id, text);
    swap(old, fresh);
  }
}

// A shop under load changes something all the time.
const PAUSE = 500;

let asking = false;
let again = false;

async function refresh() {
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  try {
    const reply = await fetch(document.getElementById("refresh").href, { cache: "no-store" });
    if (reply.ok) show(new DOMParser().parseFromString(await reply.text(), "text/html"));
  } catch {
    // The simulator has gone. When it is back, the events are, too.
  }
  setTimeout(() => {
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }, PAUSE);
}

let events;

// A hidden page takes no connection: a browser has only six for one host.
function listen() {
  events?.close();
  if (document.hidden) return;
  events = new EventSource("/console/events");
  events.onopen = () => {
    document.documentElement.dataset.listening = "yes";
    refresh();
  };
  events.onerror = () => delete document.documentElement.dataset.listening;
  events.onmessage = refresh;
}

document.addEventListener("visibilitychange", listen);
document.addEventListener("focusout", () => setTimeout(refresh));
listen();
