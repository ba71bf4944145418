// The page: one conversation, its questions, and the keys.

import { byId, problemBox } from "./dom.js";
import * as earlier from "./earlier.js";
import { feedbackOn } from "./feedback.js";
import { asked, json, keepKey, Problem, request, whenKeyIsNeeded } from "./service.js";
import * as source from "./source.js";
import { TurnView, unanswered } from "./turn.js";

const question = byId("question");
const SINGLE_KEYS = "qa.single-keys";
let views = [];
let current = null; // the turn that keys act on
let conversation = null; // the id; null until the first question is understood
let running = null; // stops the answer that is being streamed

function add(turn) {
  const view = new TurnView(turn, { open, again });
  // Whatever is pressed or focused in a turn makes it the one that keys act on.
  view.node.addEventListener("focusin", () => makeCurrent(view));
  views.push(view);
  byId("turns").append(view.node);
  byId("welcome").hidden = true;
  if (views.length === 1) document.title = `${turn.question} · qa`;
  return view;
}

function makeCurrent(view) {
  current?.node.classList.remove("current");
  current = view;
  current?.node.classList.add("current");
}

async function ask(text) {
  const view = add(unanswered(text));
  view.node.focus({ preventScroll: true }); // so that 1 to 9 are keys again, not letters of the next question
  inView(view);
  await answer(view);
}

async function answer(view) {
  const mine = new AbortController();
  setRunning(mine);
  view.show({ turn: unanswered(view.turn.question), isBusy: true, said: "Looking …", problem: null });
  try {
    view.request ??= request({ question: view.turn.question, conversation_id: conversation });
    for await (const event of asked(view.request, mine.signal)) {
      view.tell(event);
      if (event.name === "start") setConversation(event.data.conversation_id);
    }
    withFeedback(view);
    inView(view);
  } catch (error) {
    // What was refused or failed is asked anew; what may have been answered, or still is being, is sent again as it was.
    if (error.status && error.status !== 409) view.request = null;
    if (error.name === "AbortError") view.show({ isBusy: false, said: "Stopped." });
    else if (error instanceof Problem) view.show({ isBusy: false, said: "", problem: error });
    else throw error;
  } finally {
    if (running === mine) setRunning(null);
  }
}

/** Shows as much of a turn as there is room for, from its question on; whoever reads a source is left in peace. */
function inView(view) {
  if (view !== current || source.open()) return;
  const isTall = view.node.offsetHeight > byId("conversation").clientHeight;
  view.node.scrollIntoView({ block: isTall ? "start" : "nearest" });
}

function again(view) {
  if (!running) answer(view);
}

function withFeedback(view) {
  if (!view.isAnswered) return;
  view.feedback = feedbackOn(view.turn);
  view.node.append(view.feedback.node);
}

function setRunning(controller) {
  running = controller;
  byId("stop").hidden = !running;
  byId("send").hidden = Boolean(running);
}

function stop() {
  running?.abort();
  current?.node.focus({ preventScroll: true }); // the button that was pressed goes away
}

/** The id stands in the address, so that a reload, a bookmark and Back lead to the same conversation. */
function setConversation(id) {
  conversation = id;
  if (location.hash.slice(1) === (id ?? "")) return;
  history.pushState(null, "", id ? `#${id}` : location.pathname + location.search);
}

function clear() {
  stop();
  setRunning(null);
  source.close();
  views = [];
  makeCurrent(null);
  byId("turns").replaceChildren();
  byId("notice").replaceChildren();
  byId("welcome").hidden = false;
  document.title = "qa";
}

function startAnew() {
  clear();
  setConversation(null);
  question.focus();
}

async function reopen(id) {
  clear();
  setConversation(id);
  const mine = new AbortController(); // nothing is asked in between: it would stand before what was asked earlier
  setRunning(mine);
  try {
    const kept = await json(`v1/conversations/${encodeURIComponent(id)}`, { signal: mine.signal });
    mine.signal.throwIfAborted(); // left again meanwhile
    for (const turn of kept.turns) withFeedback(add({ ...turn, answer: turn.answer ?? "" }));
    views.at(-1)?.node.focus();
  } catch (error) {
    if (!(error instanceof Problem) || mine.signal.aborted) return;
    setConversation(null);
    byId("notice").replaceChildren(problemBox(error));
  } finally {
    if (running === mine) setRunning(null);
  }
}

function open(view, number) {
  makeCurrent(view);
  source.show(view, number, step);
}

/** The source before (-1) or after (1) the one that is open; without one, the last or the first. */
function step(by) {
  const numbers = current?.sources.map(citation => citation.number) ?? [];
  if (!numbers.length) return;
  const shown = source.open();
  const place = shown?.view === current ? numbers.indexOf(shown.number) : by < 0 ? 0 : -1;
  open(current, numbers.at((place + by) % numbers.length));
}

function escape() {
  if (running) stop();
  else if (source.open()) source.close();
  else if (document.activeElement === question) (current?.node ?? document.activeElement).focus();
}

const KEYS = {
  "/": () => question.focus(),
  n: startAnew,
  e: earlier.show,
  "?": () => byId("keys").showModal(),
  g: () => current?.feedback?.rate("good"),
  b: () => current?.feedback?.rate("bad"),
  ArrowLeft: () => step(-1),
  ArrowRight: () => step(1),
};
for (const digit of "123456789") KEYS[digit] = () => current && open(current, Number(digit));

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return escape();
  const isText = event.target.matches("textarea, input");
  // Somebody who dictates, or whose hand slips, may not want single keys to act.
  if (isText || (event.key.length === 1 && !byId("single-keys").checked) || !Object.hasOwn(KEYS, event.key)) return;
  event.preventDefault();
  KEYS[event.key]();
}

/** Shows the form for a key; kept once one is given. The promise: the request that needed it may be sent again. */
function askForKey(problem) {
  const form = byId("key");
  byId("key-why").textContent = problem.detail;
  form.hidden = false;
  byId("key-input").focus();
  return new Promise(resolve => {
    form.onsubmit = event => {
      event.preventDefault();
      keepKey(byId("key-input").value.trim());
      form.reset();
      form.hidden = true;
      (current?.node ?? question).focus();
      resolve();
    };
  });
}

function install() {
  whenKeyIsNeeded(askForKey);
  earlier.install({ reopen, erased: id => id === conversation && startAnew() });
  byId("ask").addEventListener("submit", event => {
    event.preventDefault();
    const text = question.value.trim();
    if (running || !text) return;
    question.value = "";
    ask(text);
  });
  question.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    byId("ask").requestSubmit();
  });
  byId("stop").addEventListener("click", stop);
  byId("anew").addEventListener("click", startAnew);
  byId("show-earlier").addEventListener("click", earlier.show);
  byId("show-keys").addEventListener("click", KEYS["?"]);
  byId("single-keys").checked = localStorage.getItem(SINGLE_KEYS) !== "off";
  byId("single-keys").addEventListener("change", event => localStorage.setItem(SINGLE_KEYS, event.target.checked ? "on" : "off"));
  document.addEventListener("keydown", onKey);
  addEventListener("popstate", atAddress);
}

function atAddress() {
  const id = location.hash.slice(1);
  if (id && id !== conversation) reopen(id);
  if (!id && conversation) startAnew();
}

install();
atAddress();
// An empty library answers nothing: better said before a question is typed.
json("readyz").catch(problem => byId("notice").replaceChildren(problemBox(problem)));
