// Who leads a talk: the choice of another speaker, and whom the head of the page names.

import { fill } from "./dom.js";

export class Speakers {
  constructor(talk) {
    this.talk = talk;
  }

  // An answer that is on its way is finished by whoever began it.
  async choose(engine) {
    const { talk } = this;
    const isLater = Boolean(talk.turn);
    if (!(await this.change(engine)) || talk.isOver) return;
    const title = talk.frame.engines.titleOf(engine);
    talk.frame.notify(fill(talk.say(isLater ? "takes_over_later" : "takes_over"), { title }), "news");
    if (!talk.turn) talk.recover(); // before the first message, its own first words
  }

  // True when the server took it.
  async change(engine) {
    const { talk } = this;
    if (this.isChanging) return false;
    this.isChanging = true;
    try {
      talk.revision = (await talk.calls.post("/switch", { engine })).revision;
      talk.engine = engine;
      return true;
    } catch (error) {
      talk.trouble(error);
      return false;
    } finally {
      this.isChanging = false;
      this.show();
    }
  }

  // While a reply runs, its speaker may be another than the one who leads from the next message on.
  show(speaking = this.talk.turn?.reply.message.engine) {
    this.talk.frame.lead(this.talk.engine, speaking || this.talk.engine);
  }
}
