// The messages on the page, in their order; those that stay as they are stay in place.

import { Bubble } from "./bubble.js";

export class List {
  // `acts` is what the buttons of a message do; `waiting` the fields whose proposals are not answered (null: any).
  constructor(holder, say, acts, waiting = null) {
    this.waiting = waiting;
    this.holder = holder;
    this.say = say;
    this.acts = acts;
    this.bubbles = [];
  }

  get length() {
    return this.bubbles.length;
  }

  // The number of the first stored message, by which earlier ones are asked for.
  get start() {
    return this.bubbles.find((bubble) => bubble.message.seq)?.message.seq ?? null;
  }

  of(id) {
    return this.bubbles.find((bubble) => bubble.message.id === id);
  }

  // What the person said before this message, or the message itself when it is the person's.
  questionOf(bubble) {
    const until = this.bubbles.slice(0, this.bubbles.indexOf(bubble) + 1);
    return until.findLast((one) => one.message.role === "user");
  }

  show(messages, undoes) {
    const known = new Map(this.bubbles.map((bubble) => [bubble.message.id, bubble]));
    this.bubbles = messages.map((message) => this.drawn(message, known.get(message.id)));
    this.holder.replaceChildren(...this.bubbles.map((bubble) => bubble.element));
    this.mark(undoes);
  }

  // The same message as if it had just been sent: what came of it goes.
  askAgain(said, answer) {
    if (answer !== said) this.remove(answer);
    said.show({ ...said.message, state: "done", reason: "" });
  }

  prepend(messages) {
    const more = messages.map((message) => this.drawn(message));
    this.bubbles.unshift(...more);
    this.holder.prepend(...more.map((bubble) => bubble.element));
  }

  // A bubble that is not on the page yet.
  make(message) {
    return new Bubble(message, this.say, this.acts);
  }

  append(...bubbles) {
    this.bubbles.push(...bubbles);
    this.holder.append(...bubbles.map((bubble) => bubble.element));
  }

  remove(bubble) {
    bubble.element.remove();
    this.bubbles = this.bubbles.filter((one) => one !== bubble);
  }

  drawn(message, before) {
    const signature = JSON.stringify(message);
    if (before?.signature === signature) return before;
    if (before) before.show(message);
    const bubble = before ?? this.make(message);
    bubble.signature = signature;
    bubble.stillWaiting(this.waiting);
    return bubble;
  }

  // A step back is offered where it leads from, a step forward at the newest change, "go back to here" elsewhere.
  mark(undoes) {
    const newest = this.bubbles.findLast((bubble) => bubble.hasChanges);
    for (const bubble of this.bubbles) {
      bubble.element.classList.toggle("newest", bubble === newest);
      bubble.element.classList.toggle("undoable", bubble.message.id === undoes);
    }
    this.markSpeakers();
  }

  // What a reply that is still written proposes is not known to the page yet.
  markWaiting(fields) {
    this.waiting = fields ?? null;
    this.bubbles.filter((bubble) => bubble.message.state !== "streaming").forEach((bubble) => bubble.stillWaiting(this.waiting));
  }

  // A speaker is named where another one spoke before, and the first one when there are several.
  markSpeakers() {
    const spoken = this.bubbles.filter((bubble) => bubble.message.engine);
    const areSeveral = new Set(spoken.map((bubble) => bubble.message.engine)).size > 1;
    spoken.forEach((bubble, at) => bubble.named(areSeveral && bubble.message.engine !== spoken[at - 1]?.message.engine));
  }
}

// All messages of a stretch of the talk, the interviewer's first words above everything that was said.
export function stretch({ messages, running, earlier, opening }) {
  const first = !earlier && opening.text ? [{ id: "opening", role: "model", text: opening.text, isOpening: true }] : [];
  return [...first, ...messages, ...(running ? [running] : [])];
}
