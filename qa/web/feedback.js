// What the reader thinks of an answer: one press rates it, a comment may follow.

import { make, problemBox } from "./dom.js";
import { json } from "./service.js";

let made = 0;

/** The element, and `rate("good" | "bad")` for the keys. What is sent replaces what was said before. */
export function feedbackOn(turn) {
  let rating = turn.feedback?.rating;
  const id = `comment-${++made}`;
  const said = make("span", { role: "status" });
  const comment = make("textarea", { id, rows: "2", maxlength: "4000" });
  comment.value = turn.feedback?.comment ?? "";
  const more = make("form", { hidden: !rating, submit: event => { event.preventDefault(); rate(rating); } },
    make("label", { for: id }, "Comment (optional)"), comment, make("button", {}, "Send the comment"));
  const buttons = [["good", "👍 Good"], ["bad", "👎 Bad"]].map(([value, label]) =>
    make("button", { type: "button", "data-rating": value, click: () => rate(value) }, label));
  const press = () => buttons.forEach(button => button.setAttribute("aria-pressed", button.dataset.rating === rating));

  async function rate(value) {
    const body = { rating: value, comment: comment.value, expected_answer: turn.feedback?.expected_answer };
    try {
      await json(`v1/turns/${encodeURIComponent(turn.turn_id)}/feedback`, { method: "POST", body });
    } catch (problem) {
      said.replaceChildren(problemBox(problem, () => rate(value)));
      return;
    }
    rating = value;
    press();
    more.hidden = false;
    said.replaceChildren("Thank you, it is kept with the answer.");
  }

  press();
  return { node: make("footer", {}, ...buttons, said, more, figures(turn)), rate };
}

function figures({ timings_ms: timings, model }) {
  const took = timings?.total === undefined ? "" : `${Math.round(timings.total)} ms`;
  return make("p", { class: "meta" }, [took, model].filter(Boolean).join(" · "));
}
