// The chat in its place on the Build page: one conversation after another, and the page told when the draft moves.
// Mounted once for an element; later calls of `mount` only bring new data from the page.

import { Conversation } from "./conversation.js";
import { make } from "./dom.js";
import { Nudge } from "./nudge.js";

const HERE = Symbol.for("agent-builder.chat");

export function mount(component) {
  const root = component.parentElement;
  root[HERE] ??= new Chat(root);
  root[HERE].update(component);
  return () => root[HERE]?.leave();
}

class Chat {
  constructor(root) {
    this.root = root;
    this.nudge = new Nudge((what) => this.tellPage("changed", what));
    this.style = make("link", { rel: "stylesheet", href: new URL("chat.css", import.meta.url).href });
    root.append(this.style);
  }

  update({ data, setTriggerValue }) {
    this.tellPage = setTriggerValue;
    const subject = JSON.stringify([data.session, data.base, data.labels]);
    if (subject === this.subject) {
      this.conversation.drawnAgain(data);
      return;
    }
    this.subject = subject;
    this.begin(data);
  }

  begin(data) {
    const before = this.conversation;
    before?.rest();
    this.nudge.rest();
    this.conversation = new Conversation(data, this.nudge);
    const { element } = this.conversation;
    if (before) before.element.replaceWith(element);
    else this.root.append(element);
    this.conversation.recover();
  }

  leave() {
    this.conversation?.rest();
    this.nudge.rest();
    this.conversation?.element.remove();
    this.style.remove();
    delete this.root[HERE];
  }
}
