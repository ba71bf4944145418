"use strict";
// Filters live in the address (#outcome=failed&tag=when), so that a view can be linked to.
const fields = ["outcome", "tag", "words"].map((id) => document.getElementById(id));
const cases = [...document.querySelectorAll("details.case")];

function wanted(entry) {
  const [outcome, tag, words] = fields.map((field) => field.value);
  return (
    (!outcome || entry.dataset.outcome === outcome) &&
    (!tag || JSON.parse(entry.dataset.tags).includes(tag)) &&
    (!words || entry.textContent.toLowerCase().includes(words.toLowerCase()))
  );
}

function show() {
  for (const entry of cases) entry.hidden = !wanted(entry);
  const shown = cases.filter((entry) => !entry.hidden).length;
  document.getElementById("count").textContent = `${shown} of ${cases.length}`;
}

function fromAddress() {
  const target = document.getElementById(location.hash.slice(1));
  if (target instanceof HTMLDetailsElement) {
    for (const field of fields) field.value = "";
    target.open = true;
  } else {
    const given = new URLSearchParams(location.hash.slice(1));
    for (const field of fields) field.value = given.get(field.id) ?? "";
  }
  show();
  if (target instanceof HTMLDetailsElement) target.scrollIntoView();
}

function toAddress() {
  const given = new URLSearchParams(fields.filter((field) => field.value).map((field) => [field.id, field.value]));
  history.replaceState(null, "", `#${given}`);
  show();
}

document.getElementById("filters").addEventListener("submit", (event) => event.preventDefault());
for (const field of fields) field.addEventListener("input", toAddress);
addEventListener("hashchange", fromAddress);
addEventListener("keydown", (event) => {
  if (event.key === "/" && !["INPUT", "SELECT"].includes(document.activeElement.tagName)) {
    event.preventDefault();
    document.getElementById("words").focus();
  }
});
fromAddress();
