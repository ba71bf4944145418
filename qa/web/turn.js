// One turn on the page: what was asked, how it was understood, what was answered, and by which sentences.

import { make, problemBox } from "./dom.js";
import { cutAt, cutAtMarkers } from "./text.js";

const VERDICTS = {
  partial: ["partly supported", "What it cites carries only a part of this sentence."],
  unsupported: ["not supported", "No sentence of the articles carries this."],
  unchecked: ["not checked", "This sentence was not compared with what it cites."],
};
const UNANSWERED = {
  pending: "This question is still being answered: open the conversation again in a moment.",
  failed: "This question was not answered: the service failed, or it was stopped before the first sentence.",
  interrupted: "This question was not answered: the service ended meanwhile.",
};
const LEFT = "Broken off here: it was stopped, or the connection ended.";

/** A turn as POST /v1/chat and GET /v1/conversations/{id} give it, before anything is known but the question. */
export const unanswered = question => ({ question, answer: "", claims: [], citations: [], conflicts: [], nearest: [] });

export class TurnView {
  /** on: `open(view, number)` for a source that was chosen, `again(view)` to ask once more. */
  constructor(turn, on) {
    this.turn = turn;
    this.on = on;
    this.isBusy = false;
    this.said = ""; // beside the answer: how far it is, or how it ended
    this.problem = null;
    this.request = null; // as it was sent
    // Busy holds a screen reader back until the answer is whole.
    this.body = make("div", { class: "answer", "aria-live": "polite" });
    this.node = make("article", { class: "turn", tabindex: "-1" }, make("h2", {}, turn.question), this.body);
    this.draw();
  }

  /** What can be read: the citations of an answer; of an abstention, the sentences that come nearest. */
  get sources() {
    return this.turn.status === "abstained" ? this.turn.nearest : this.turn.citations;
  }

  get isAnswered() {
    return Boolean(this.turn.status);
  }

  show({ turn = this.turn, isBusy = this.isBusy, said = this.said, problem = this.problem }) {
    Object.assign(this, { turn, isBusy, said, problem });
    this.draw();
  }

  /** Takes in one event of the stream. */
  tell({ name, data }) {
    const { turn } = this;
    if (name === "start") this.show({ turn: { ...turn, ...data } });
    if (name === "evidence") this.show({ said: `Reading ${sentences(data.citations)} …` });
    if (name === "citation") turn.citations.push(data);
    if (name === "delta") this.show({ turn: { ...turn, answer: turn.answer + data.text } });
    if (name === "done") this.show({ turn: data, isBusy: false, said: "" });
  }

  draw() {
    const focused = this.body.contains(document.activeElement) && document.activeElement.dataset.place;
    this.body.setAttribute("aria-busy", this.isBusy);
    this.body.replaceChildren(...this.parts().filter(Boolean));
    if (focused) this.body.querySelector(`[data-place="${focused}"]`)?.focus();
    this.mark(this.chosen);
  }

  /** Shows which source is open: none for null. */
  mark(number) {
    this.chosen = number;
    for (const button of this.body.querySelectorAll("[data-number]")) {
      button.setAttribute("aria-pressed", Number(button.dataset.number) === number);
    }
  }

  parts() {
    const { turn } = this;
    const isAbstained = turn.status === "abstained";
    return [
      turn.standalone_question && turn.standalone_question !== turn.question &&
        make("p", { class: "understood" }, "Understood as: ", make("q", {}, turn.standalone_question)),
      isAbstained && make("p", { class: "label" }, "No answer"),
      turn.answer && make("p", { class: "text" }, ...this.claims()),
      ...turn.conflicts.map((conflict, place) => this.conflict(conflict, place)),
      turn.nearest.length > 0 && make("p", { class: "label" }, "Nearest to it, without answering it:"),
      this.sources.length > 0 && make("ol", { class: "sources" }, ...this.sources.map(each => this.source(each, isAbstained))),
      (this.said || ending(turn)) && make("p", { class: "said" }, this.said || ending(turn)),
      this.problem && problemBox(this.problem, () => this.on.again(this)),
    ];
  }

  /** The answer with its verdicts and its markers as buttons; `claims` come with the whole answer only. */
  claims() {
    const known = new Set(this.turn.citations.map(citation => citation.number));
    return cutAt(this.turn.answer, this.turn.claims).map(({ text, range }, part) => {
      const inner = cutAtMarkers(text, known).map((piece, place) =>
        typeof piece === "number" ? this.marker(piece, `${part}-${place}`) : piece);
      const [verdict, why] = VERDICTS[range?.support] || [];
      return make("span", { class: range && `claim ${range.support}` }, ...inner,
        verdict && make("small", { class: "verdict", title: why }, verdict));
    });
  }

  marker(number, place) {
    const { title, line } = this.turn.citations.find(citation => citation.number === number);
    const label = `[${number}] ${title}, line ${line}`;
    return this.button(number, place, { class: "marker", title: label, "aria-label": label }, `[${number}]`);
  }

  source(citation, isQuoted) {
    return make("li", {}, this.button(citation.number, `source-${citation.number}`, { class: "source" },
      `[${citation.number}] `, isQuoted && make("q", {}, citation.quote), isQuoted && " ", `${citation.title} · ${whence(citation)}`));
  }

  conflict({ about, citations }, place) {
    const shown = citations.map(number => this.turn.citations.find(citation => citation.number === number));
    return make("div", { class: "conflict" },
      make("p", { class: "label" }, `The sources disagree: ${about}`),
      make("ul", {}, ...shown.map(citation => make("li", {},
        this.button(citation.number, `conflict-${place}-${citation.number}`, { class: "source" },
          `[${citation.number}] `, make("strong", {}, citation.published ?? "no date"), " ", make("q", {}, citation.quote))))));
  }

  /** place: names it among the buttons of this turn, so that drawing anew leaves the focus where it was. */
  button(number, place, attributes, ...children) {
    return make("button", {
      type: "button", "data-number": number, "data-place": place, "aria-controls": "source",
      click: () => this.on.open(this, number), ...attributes,
    }, ...children);
  }
}

export const whence = ({ published, line }) => `${published ?? "no date"} · line ${line}`;

function ending({ turn_status: status }) {
  return UNANSWERED[status] || (status === "partial" && LEFT);
}

function sentences(citations) {
  const articles = new Set(citations.map(citation => citation.article_id)).size;
  return `${citations.length} sentence${citations.length === 1 ? "" : "s"} of ${articles} article${articles === 1 ? "" : "s"}`;
}
