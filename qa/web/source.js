// The article beside the answer: the version that was cited, with the cited sentences lit.

import { byId, make, problemBox } from "./dom.js";
import { article, Problem } from "./service.js";
import { cutAt } from "./text.js";
import { whence } from "./turn.js";

const CHANGED = "The source has changed since: this is the version that was cited.";
const GONE = "The source is no longer among the articles: this is the version that was cited.";
const pane = byId("source");
// Beside the answer where there is room, else right below it.
const isWide = matchMedia("(min-width: 60rem)");
isWide.addEventListener("change", place);
let shown = null; // {view, number}

export const open = () => shown;

export function close() {
  if (!shown) return;
  const { view } = shown;
  const button = pane.contains(document.activeElement) && view.body.querySelector('[aria-pressed="true"]');
  shown = null;
  view.mark(null);
  pane.hidden = true;
  byId("opened").textContent = "";
  if (button) button.focus();
}

/** Shows the source of that number; step: goes on to the one before or after it. */
export async function show(view, number, step) {
  const citation = view.sources.find(each => each.number === number);
  if (!citation) return;
  if (shown && shown.view !== view) shown.view.mark(null);
  const mine = shown = { view, number };
  view.mark(number);
  place();
  pane.hidden = false;
  draw(citation, step, make("blockquote", {}, citation.quote), make("p", { class: "said" }, "Opening the article …"));
  const parts = await read(citation, view.sources).catch(error => [
    make("blockquote", {}, citation.quote), problemBox(error, () => show(view, number, step)),
  ]);
  if (shown !== mine) return; // another one was chosen meanwhile
  draw(citation, step, ...parts);
  pane.querySelector("mark.chosen")?.scrollIntoView({ block: "center" });
  // The article would be too long to be read out: only what is lit is.
  byId("opened").textContent = `[${number}] ${citation.title}: ${citation.quote}`;
}

function place() {
  if (isWide.matches) byId("conversation").after(pane);
  else if (shown) shown.view.body.after(pane);
}

function draw(citation, step, ...parts) {
  const button = (label, act) => make("button", { type: "button", click: act, "aria-label": label[1] }, label[0]);
  const focused = pane.contains(document.activeElement) && document.activeElement.getAttribute("aria-label");
  pane.replaceChildren(
    make("div", { class: "head" },
      make("div", { class: "bar" },
        button(["←", "Source before"], () => step(-1)), button(["→", "Next source"], () => step(1)),
        button(["Close", "Close the source"], close)),
      make("h2", { id: "source-title" }, `[${citation.number}] ${citation.title}`),
      make("p", { class: "meta" }, `${citation.article_id} · ${whence(citation)}`)),
    ...parts.filter(Boolean));
  if (focused) pane.querySelector(`[aria-label="${focused}"]`)?.focus();
}

/** The current version is asked for first: most often it is the one that was cited, and one request is enough. */
async function read(citation, sources) {
  const now = await article(citation.article_id).catch(error => {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  });
  if (now?.version === citation.version) return [lit(now.text, citation, sources)];
  const cited = await article(citation.article_id, citation.version);
  return [make("p", { class: "changed", role: "status" }, now ? CHANGED : GONE), lit(cited.text, citation, sources)];
}

/** Every sentence of this article that the answer cites is marked, and the chosen one stands out. */
function lit(text, citation, sources) {
  const ranges = sources.filter(each => each.article_id === citation.article_id && each.version === citation.version);
  return make("div", { class: "article", tabindex: "0", role: "region", "aria-label": "Article" },
    ...cutAt(text, ranges).map(({ text: part, range }) => range
      ? make("mark", { class: range.number === citation.number && "chosen", "data-number": range.number }, part)
      : part));
}
