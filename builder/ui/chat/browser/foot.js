// What stands below a message: what its turn changed, what waits for a yes, what was left out, why it failed.

import { button, fill, make } from "./dom.js";
import { details, tokensOf } from "./usage.js";

export function footOf(message, say, acts) {
  const parts = message.role === "user" ? ofPerson(message, say, acts) : ofInterviewer(message, say, acts);
  return parts.filter(Boolean);
}

function ofPerson({ state, reason }, say, acts) {
  return state === "unsent" ? [failure(reason || say("not_sent"), [again(say, acts)])] : [];
}

function ofInterviewer(message, say, acts) {
  const { state, changes, open, dropped, usage, isOpening } = message;
  if (isOpening) return [];
  const isRunning = state === "streaming";
  return [
    isRunning ? null : outcome(message, say, acts),
    changes.length ? changed(message, say, isRunning ? [] : steps(message, say, acts)) : null,
    open.length ? waiting(open, say) : null,
    dropped.length ? make("p", { class: "note dropped" }, left(dropped, say)) : null,
    !isRunning && tokensOf(usage) ? details(usage, say) : null,
  ];
}

function outcome({ state, text, reason, cause, changes, proposals, stage }, say, acts) {
  // What the person wrote cannot be used: nobody else could use it, either.
  const ways = () => (cause === "text" ? [] : [again(say, acts), without(say, acts)]);
  if (state === "failed") return failure(reason || say("failed"), ways());
  if (state === "stopped") return text ? make("p", { class: "note" }, say("stopped")) : stopped(say("stopped"), ways());
  const isIdle = state === "done" && !changes.length && !proposals.length && stage !== "COMPLETED";
  return isIdle ? make("p", { class: "note unchanged" }, say("nothing_changed")) : null;
}

function failure(words, ways) {
  return make("div", { class: "failure", role: "alert" }, make("span", {}, words), make("div", { class: "ways" }, ...ways));
}

// Stopped before the first word: nothing went wrong, and nothing was answered.
function stopped(words, ways) {
  return make("div", { class: "failure quiet" }, make("span", {}, words), make("div", { class: "ways" }, ...ways));
}

function again(say, acts) {
  return button(say("try_again"), "act retry", acts.retry);
}

function without(say, acts) {
  return button(say("without_model"), "act retry without", acts.withoutModel);
}

function changed({ changes }, say, ways) {
  const words = make("span", { class: "changed" }, fill(say("changed"), { fields: "" }).trim());
  const chips = named(changes, say).map((name) => make("span", { class: "chip" }, name));
  return make("div", { class: "changes" }, words, ...chips, ...ways);
}

function steps({ id }, say, acts) {
  return [
    button(say("undo"), "act undo", acts.undo),
    button(say("redo"), "act redo", acts.redo),
    button(say("go_back"), "act back", () => acts.goBack(id)),
  ];
}

function waiting(proposals, say) {
  const fields = [...new Set(proposals)].map((name) => fieldName(name, say)).join(", ");
  return make("p", { class: "note proposal" }, fill(say("waiting"), { fields }));
}

// "Not taken over: name, outputs: priority. This is why. That is why."
export function left(dropped, say) {
  const fields = new Set(dropped.map((one) => partName(one.field, say)).filter(Boolean));
  const reasons = new Set(dropped.map((one) => why(one, say)).filter(Boolean));
  const what = fields.size ? [`${fill(say("dropped"), { fields: [...fields].join(", ") })}.`] : [];
  return [...what, ...reasons].join(" ");
}

function why({ code, params, reason }, say) {
  return fill(say(`problem.${code}`, reason ?? ""), params ?? {});
}

// "name", "outputs (priority, due date)": each field once.
export function named(changes, say) {
  const keys = new Map();
  for (const { field, key } of changes) {
    if (!keys.has(field)) keys.set(field, new Set());
    if (key) keys.get(field).add(key);
  }
  return [...keys].map(([field, own]) => fieldName(field, say) + (own.size ? ` (${[...own].join(", ")})` : ""));
}

// "schema_definition.priority" reads "outputs: priority".
function partName(path, say) {
  const [field, ...rest] = path.split(".");
  return [fieldName(field, say), rest.join(".")].filter(Boolean).join(": ");
}

function fieldName(field, say) {
  return say(`field.${field}`, field.replaceAll("_", " "));
}
