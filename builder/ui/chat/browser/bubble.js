// One message of the talk: who speaks, the words, and what stands below them.

import { Countdown } from "./countdown.js";
import { fill, make } from "./dom.js";
import { footOf, left, named } from "./foot.js";
import { draw } from "./text.js";

const blank = () => ({ changes: [], proposals: [], suggestions: [], dropped: [], usage: null, engine: "", state: "done", reason: "" });

export class Bubble {
  // `acts`: undo(), redo(), goBack(id), retry(bubble), withoutModel(bubble), titleOf(engine)
  constructor(message, say, acts) {
    this.say = say;
    this.acts = { ...acts, retry: () => acts.retry(this), withoutModel: () => acts.withoutModel(this) };
    this.speaker = make("p", { class: "speaker", hidden: true });
    this.body = make("div", { class: "body" });
    this.foot = make("div", { class: "foot" });
    this.element = make("div", { class: "message", "data-role": message.role, role: "article" }, this.speaker, this.body, this.foot);
    this.show(message);
  }

  show(message) {
    this.message = { ...blank(), ...message };
    this.open = null;
    this.pause?.stop();
    this.pause = null;
    this.element.dataset.state = this.message.state;
    this.element.setAttribute("aria-label", this.who);
    this.write();
    this.footer();
  }

  // Proposals that were answered meanwhile wait no more.
  stillWaiting(fields) {
    const open = this.message.proposals.filter((field) => fields?.includes(field) ?? true);
    if (open.join() === (this.open ?? this.message.proposals).join()) return;
    this.open = open;
    this.footer();
  }

  get hasChanges() {
    return this.message.changes.length > 0;
  }

  get who() {
    const { role, engine } = this.message;
    if (role === "user") return this.say("you");
    return engine ? this.acts.titleOf(engine) : this.say("interviewer");
  }

  // The speaker's name above the words, where another spoke before.
  named(isNew) {
    this.speaker.textContent = this.who;
    this.speaker.hidden = !isNew;
    this.element.setAttribute("aria-label", this.who);
  }

  // What a screen reader is told once the message is finished.
  get spoken() {
    const { changes, dropped, reason } = this.message;
    const changed = changes.length ? fill(this.say("changed"), { fields: named(changes, this.say).join(", ") }) : "";
    const notTaken = dropped.length ? left(dropped, this.say) : "";
    return [`${this.who}: ${this.body.textContent}`, reason, changed, notTaken].filter(Boolean).join(" ");
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

  end(state) {
    this.flush();
    this.show({ ...this.message, state });
  }

  // The next try comes in some seconds; the words of it, for who cannot see them.
  wait(reason, seconds) {
    this.pause?.stop();
    this.pause = new Countdown(this.say, reason, seconds);
    this.footer();
    return this.pause.sentence;
  }

  // What code says by itself comes while the wait goes on; what comes after it is the next try.
  goOn() {
    if (!this.pause?.isOver) return;
    this.pause.stop();
    this.pause = null;
    this.footer();
  }

  note(sentence) {
    this.foot.replaceChildren(...(sentence ? [make("p", { class: "note" }, sentence)] : []));
  }

  footer() {
    const pause = this.pause ? [this.pause.element] : [];
    this.foot.replaceChildren(...pause, ...footOf({ ...this.message, open: this.open ?? this.message.proposals }, this.say, this.acts));
  }
}
