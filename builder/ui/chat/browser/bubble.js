// One message of the talk: its words, what its turn changed, what waits for a yes, and why it failed.

import { button, fill, make } from "./dom.js";
import { draw } from "./text.js";

export class Bubble {
  // `acts`: undo(), redo(), goBack(id), retry(bubble)
  constructor(message, say, acts) {
    this.say = say;
    this.acts = acts;
    this.body = make("div", { class: "body" });
    this.foot = make("div", { class: "foot" });
    const who = say(message.role === "user" ? "you" : "interviewer");
    this.element = make("div", { class: "message", "data-role": message.role, role: "article", "aria-label": who }, this.body, this.foot);
    this.show(message);
  }

  show(message) {
    this.message = { changes: [], proposals: [], suggestions: [], state: "done", reason: "", ...message };
    this.element.dataset.state = this.message.state;
    this.write();
    this.footer();
  }

  get hasChanges() {
    return this.message.changes.length > 0;
  }

  // What a screen reader is told once the message is finished.
  get spoken() {
    const { changes, reason } = this.message;
    const changed = changes.length ? fill(this.say("changed"), { fields: named(changes, this.say).join(", ") }) : "";
    return [`${this.say("interviewer")}: ${this.body.textContent}`, reason, changed].filter(Boolean).join(" ");
  }

  write() {
    const { role, text, state } = this.message;
    this.element.classList.toggle("waiting", state === "streaming" && !text);
    if (role === "user") this.body.textContent = text;
    else draw(this.body, text);
  }

  // More text; the first of it is on the page at once, the rest is drawn once a frame.
  add(text) {
    const isFirst = !this.message.text;
    this.message.text += text;
    if (isFirst) this.write();
    else this.frame ??= requestAnimationFrame(() => this.flush());
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = null;
    this.write();
  }

  note(sentence) {
    this.foot.replaceChildren(...(sentence ? [make("p", { class: "note" }, sentence)] : []));
  }

  footer() {
    const { role } = this.message;
    const parts = role === "user" ? this.userFooter(this.message) : this.modelFooter(this.message);
    this.foot.replaceChildren(...parts);
  }

  userFooter({ state, reason }) {
    if (state !== "unsent") return [];
    return [this.failure(reason || this.say("not_sent"))];
  }

  modelFooter({ state, text, reason, proposals, stage, isOpening }) {
    if (state === "streaming" || isOpening) return [];
    const parts = [];
    const isCutOff = state === "stopped" && !text;
    if (state === "failed" || isCutOff) parts.push(this.failure(reason || this.say("failed")));
    else if (state === "stopped") parts.push(make("p", { class: "note" }, this.say("stopped")));
    if (this.hasChanges) parts.push(this.changes());
    else if (state === "done" && !proposals.length && stage !== "COMPLETED") parts.push(make("p", { class: "note unchanged" }, this.say("nothing_changed")));
    if (proposals.length) parts.push(this.proposals());
    return parts;
  }

  failure(words) {
    const again = button(this.say("try_again"), "act retry", () => this.acts.retry(this));
    return make("div", { class: "failure", role: "alert" }, make("span", {}, words), again);
  }

  changes() {
    const words = make("span", { class: "changed" }, fill(this.say("changed"), { fields: "" }).trim());
    const chips = named(this.message.changes, this.say).map((name) => make("span", { class: "chip" }, name));
    return make(
      "div",
      { class: "changes" },
      words,
      ...chips,
      button(this.say("undo"), "act undo", () => this.acts.undo()),
      button(this.say("redo"), "act redo", () => this.acts.redo()),
      button(this.say("go_back"), "act back", () => this.acts.goBack(this.message.id)),
    );
  }

  proposals() {
    const fields = [...new Set(this.message.proposals)].map((name) => fieldName(name, this.say)).join(", ");
    return make("p", { class: "note proposal" }, fill(this.say("waiting"), { fields }));
  }
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

function fieldName(field, say) {
  return say(`field.${field}`, field.replaceAll("_", " "));
}
