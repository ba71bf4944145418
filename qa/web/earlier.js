// The dialog with the conversations that the service keeps.

import { byId, make, problemBox } from "./dom.js";
import { erase, json } from "./service.js";

const dialog = byId("earlier");
const list = byId("conversations");
const said = byId("earlier-said");
let next = null;
let on;

/** handlers: `reopen(id)`, and `erased(id)` once it is gone. */
export function install(handlers) {
  on = handlers;
  byId("more").addEventListener("click", () => load(next));
}

export function show() {
  list.replaceChildren();
  dialog.showModal();
  load(null);
}

async function load(after) {
  said.replaceChildren("Looking …");
  try {
    const page = await json(`v1/conversations?limit=20${after ? `&after=${encodeURIComponent(after)}` : ""}`);
    if (!after) list.replaceChildren();
    list.append(...page.conversations.map(entry));
    next = page.next;
    byId("more").hidden = next === null;
    said.replaceChildren(list.childElementCount ? "" : "None is kept yet.");
    if (!after) list.querySelector("button")?.focus();
  } catch (problem) {
    said.replaceChildren(problemBox(problem, () => load(after)));
  }
}

function entry({ conversation_id: id, title, updated_at: at, turns }) {
  const open = () => { dialog.close(); on.reopen(id); };
  const item = make("li", {},
    make("button", { type: "button", class: "reopen", click: open }, title,
      make("span", { class: "meta" }, ` ${new Date(at).toLocaleString()} · ${turns} question${turns === 1 ? "" : "s"}`)),
    make("button", { type: "button", class: "erase", "aria-label": `Delete: ${title}`, click: event => sure(event.target, item, id) },
      "Delete"));
  return item;
}

/** The first press asks, the second deletes: there is no way back. */
async function sure(button, item, id) {
  if (!button.dataset.asked) {
    button.dataset.asked = "yes";
    button.textContent = "Delete for good?";
    button.removeAttribute("aria-label"); // which would hide the question
    return;
  }
  try {
    await erase(`v1/conversations/${encodeURIComponent(id)}`);
  } catch (problem) {
    said.replaceChildren(problemBox(problem));
    return;
  }
  (item.nextElementSibling ?? item.previousElementSibling)?.querySelector("button").focus();
  item.remove();
  said.replaceChildren(list.childElementCount ? "Deleted." : "Deleted. None is left.");
  on.erased(id);
}
