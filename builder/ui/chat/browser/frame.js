// What stands around the talk: steps above, suggestions and the box to write in below, words for screen readers.

import { button, fill, make } from "./dom.js";
import { Engines } from "./engines.js";
import { Tally } from "./usage.js";

export class Frame {
  // `acts`: earlier(), send(text), stop(), typed(text), choose(engine)
  constructor(say, acts) {
    this.say = say;
    this.acts = acts;
    this.step = make("span", { class: "step" });
    this.engines = new Engines(say, acts.choose);
    this.tally = new Tally(say);
    this.bar = make("ol", { class: "bar", "aria-hidden": "true" });
    this.progress = make("div", { class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100" }, this.bar);
    this.earlier = button(say("earlier"), "earlier", () => acts.earlier());
    this.messages = make("div", { class: "messages" });
    // Finished messages are announced once by `status`; the log itself would read out every piece of a reply.
    this.log = make("div", { class: "log", role: "log", "aria-live": "off", "aria-label": say("talk"), tabindex: "0" }, make("div", { class: "roll" }, this.earlier, this.messages));
    this.status = make("p", { class: "unseen", role: "status", "aria-live": "polite" });
    this.others = make("p", { class: "others", role: "status" });
    this.notice = make("p", { class: "notice", role: "status" });
    this.suggestions = make("div", { class: "suggestions", role: "group", "aria-label": say("suggestions") });
    this.element = make("section", { class: "chat", "aria-label": say("talk") }, this.head(), this.log, this.notice, this.suggestions, this.composer(), this.tally.element, this.status);
    this.earlier.hidden = true;
    this.notify("");
    this.company("");
  }

  head() {
    return make("header", { class: "head" }, make("div", { class: "line" }, this.step, this.engines.element), this.progress, this.others);
  }

  composer() {
    const { say, acts } = this;
    this.input = make("textarea", { id: "message", rows: "1", "data-chat-input": true, placeholder: say("placeholder"), "aria-describedby": "keys", enterkeyhint: "send", oninput: () => this.typed(), onkeydown: (event) => this.pressed(event) });
    this.send = make("button", { type: "submit", class: "send" }, say("send"));
    this.stop = button(say("stop"), "stop", () => acts.stop());
    this.stop.hidden = true;
    return make(
      "form",
      { class: "composer", onsubmit: (event) => this.submitted(event) },
      make("label", { for: "message", class: "unseen" }, say("message")),
      this.input,
      this.send,
      this.stop,
      make("span", { id: "keys", class: "unseen" }, say("keys")),
    );
  }

  typed() {
    this.fit();
    this.acts.typed(this.input.value);
  }

  pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    this.submitted(event);
  }

  submitted(event) {
    event.preventDefault();
    this.acts.send(this.input.value);
  }

  write(text) {
    this.input.value = text;
    this.fit();
  }

  // The box without what was sent; what was typed since stays.
  clear(sent) {
    const typed = this.input.value;
    this.write(typed.startsWith(sent) ? typed.slice(sent.length) : typed);
    this.acts.typed(this.input.value);
  }

  // Browsers that know field-sizing grow the box by themselves.
  fit() {
    if (CSS.supports("field-sizing", "content")) return;
    this.input.style.height = "auto";
    this.input.style.height = `${this.input.scrollHeight}px`;
  }

  showStage({ stage, progress, stages = [] }, order) {
    const at = order.indexOf(stage);
    const words = fill(this.say("step"), { n: at + 1, of: order.length, stage: this.say(`stage.${stage}`, stage) });
    this.step.textContent = `${words} · ${progress} %`;
    this.progress.setAttribute("aria-valuenow", progress);
    this.progress.setAttribute("aria-valuetext", `${words}. ${fill(this.say("progress"), { percent: progress })}`);
    this.progress.title = fill(this.say("progress"), { percent: progress });
    const marks = order.map((name, index) => make("li", { class: index < at ? "done" : index === at ? "now" : null, "data-stage": name, "data-seen": stages.includes(name) }));
    this.bar.replaceChildren(...marks);
  }

  lead(engine, speaking) {
    this.engines.lead(engine, speaking);
    this.element.dataset.guide = this.engines.canGoWithoutModel ? "offered" : "none";
  }

  suggest(replies) {
    this.suggestions.replaceChildren(...replies.map((text) => button(text, "suggestion", () => this.acts.tap(text))));
    this.suggestions.hidden = !replies.length;
  }

  // An answer that comes at once shows no stop button: what does not move need not be drawn again before the answer.
  busy(isBusy) {
    clearTimeout(this.soon);
    this.suggestions.classList.toggle("used", isBusy);
    if (isBusy) this.soon = setTimeout(() => this.stoppable(true), 150);
    else this.stoppable(false);
  }

  stoppable(isBusy) {
    this.keepFocus(() => {
      this.element.classList.toggle("busy", isBusy);
      this.send.hidden = isBusy;
      this.stop.hidden = !isBusy;
    });
    if (isBusy) this.suggest([]);
  }

  // Whoever stood on what goes away goes on in the box; on a phone that would open the keyboard, unasked.
  keepFocus(change) {
    const root = this.element.getRootNode();
    const had = root.activeElement;
    change();
    const isGone = had && had !== this.input && (!had.isConnected || !had.checkVisibility({ visibilityProperty: true }));
    if (isGone && matchMedia("(hover: hover)").matches) this.input.focus({ preventScroll: true });
  }

  notify(sentence, kind = "") {
    this.notice.textContent = sentence;
    this.notice.hidden = !sentence;
    this.notice.dataset.kind = kind;
  }

  // Who else is here.
  company(sentences) {
    this.others.textContent = sentences;
    this.others.hidden = !sentences;
  }

  announce(words) {
    this.status.textContent = words.slice(0, 2000);
  }
}
