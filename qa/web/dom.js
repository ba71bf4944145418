// Elements without markup: what articles and models say becomes text nodes, whatever it looks like.

/** An element. A function among the attributes listens to the event of that name; false and null leave one out. */
export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children.filter(child => child != null && child !== false));
  return node;
}

export const byId = id => document.getElementById(id);

/** A problem object as an element, with what to do about it; again: does what failed once more. */
export function problemBox(problem, again = null) {
  return make("div", { class: "problem", role: "alert" },
    make("strong", {}, problem.title), make("p", {}, problem.detail),
    problem.request_id && make("p", { class: "meta" }, "Request id: ", make("code", {}, problem.request_id)),
    again && make("button", { type: "button", click: again }, "Try again"));
}
