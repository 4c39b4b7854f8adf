// One talk on the page: draws it, sends, streams, stops, steps back, changes the speaker, follows what others do to it.

import { actsOf } from "./acts.js";
import { Calls, Lost, Refused, newId } from "./calls.js";
import { Frame } from "./frame.js";
import { Kept } from "./kept.js";
import { List, stretch } from "./list.js";
import { Live } from "./live.js";
import { Others } from "./others.js";
import { Speakers } from "./speakers.js";
import { Turn } from "./turn.js";
import { sum } from "./usage.js";
import { Watch, wait } from "./watch.js";

const STRETCH = 30;
const LONGEST = 200;
const AT_ONCE = 30;
const SETTLE = 1_200; // the page's own change and its redrawing are not somebody else's

export class Conversation {
  constructor(data, page) {
    this.data = data;
    this.page = page;
    this.revision = data.revision;
    this.calls = new Calls(data, () => page.soon(this.revision, "elsewhere"));
    this.kept = new Kept(data.session);
    const acts = actsOf(this);
    this.frame = new Frame(this.say, acts);
    this.list = new List(this.frame.messages, this.say, acts, data.waiting);
    this.frame.write(this.kept.typed);
    this.speakers = new Speakers(this);
    this.others = new Others(this);
    this.live = new Live(() => this.data, (update) => this.others.hear(update));
    this.watch = new Watch(() => this.look(), () => this.live.isOpen);
  }

  get element() {
    return this.frame.element;
  }

  rest() {
    this.isOver = true;
    this.watch.stop();
    this.live.rest();
    this.turn = null;
  }

  // The page was drawn anew, perhaps of a newer draft.
  drawnAgain(data) {
    const { revision, waiting } = (this.data = data);
    this.calls.known(data); // others after the server began anew
    this.list.markWaiting(waiting);
    if (!(revision > this.revision)) return;
    if (this.turn) this.turn.isUnsure = true; // an edit by hand may make a proposal of a change
    else this.recover();
  }

  say = (name, otherwise = name) => this.data.labels[name] ?? otherwise;

  // ---- the talk as the server has it

  // A talk that was read before the newest turn began says less than the page does.
  async load() {
    const { began } = this;
    const talk = await this.calls.talk(null, Math.min(LONGEST, Math.max(STRETCH, this.list.length + 2)));
    if (this.isOver || began !== this.began) return;
    this.show(talk);
    if (talk.running) this.run(this.calls.follow(), null, this.list.of(talk.running.id));
  }

  show(talk) {
    this.revision = talk.revision;
    this.order = this.data.stages;
    this.engine = talk.engine.name;
    this.used = talk.used;
    this.frame.showStage(talk, this.order);
    this.frame.engines.show(talk.engine, talk.engines);
    this.speakers.show(talk.running?.engine);
    this.frame.tally.show(talk.used);
    this.frame.earlier.hidden = !talk.earlier;
    this.undoes = talk.can_undo ? talk.undoes : null;
    this.element.dataset.redo = talk.can_redo;
    this.frame.keepFocus(() => this.list.show([...stretch(talk), ...this.kept.unsent(talk)], this.undoes));
    this.frame.suggest(talk.running ? [] : talk.suggestions);
  }

  async loadEarlier() {
    try {
      const talk = await this.calls.talk(this.list.start, STRETCH);
      this.list.prepend(stretch(talk));
      this.list.mark(this.undoes);
      this.frame.earlier.hidden = !talk.earlier;
    } catch (error) {
      this.trouble(error);
    }
  }

  // Loads until it works; what is on the page stays meanwhile.
  async recover() {
    for (let pause = 300; !this.isOver && !this.turn; pause = Math.min(pause * 2, 15_000)) {
      try {
        await this.load();
        if (this.frame.notice.dataset.kind === "trouble") this.frame.notify("");
        return;
      } catch (error) {
        this.trouble(error);
        if (error instanceof Refused && error.status < 500) return;
      }
      await wait(pause);
    }
  }

  // ---- a turn

  sendTyped(text) {
    if (!this.turn && text.trim()) this.send(text, newId(), { isTyped: true });
  }

  tap(text) {
    if (this.turn) return;
    this.send(text, newId());
    this.frame.input.focus({ preventScroll: true });
  }

  retry(bubble) {
    const said = this.list.questionOf(bubble);
    if (this.turn || !said) return;
    this.frame.keepFocus(() => this.list.askAgain(said, bubble));
    this.send(said.message.text, said.message.id, { said });
  }

  // The same message again, answered by the offline guide.
  async withoutModel(bubble) {
    if (await this.speakers.change("guided")) this.retry(bubble);
  }

  // On its way before anything is drawn: an answer that comes at once appears together with the question.
  send(text, id, { said = null, isTyped = false } = {}) {
    const events = this.calls.say(text, id);
    this.kept.send(id, text);
    const own = said ?? this.list.make({ id, role: "user", text });
    const reply = this.list.make({ id: `${id}-reply`, role: "model", text: "", state: "streaming", engine: this.engine });
    this.run(events, own, reply, () => {
      if (isTyped) this.frame.clear(text);
      this.list.append(...(said ? [] : [own]), reply);
      this.list.mark(this.undoes);
      this.frame.log.scrollTop = 0;
    });
  }

  // `place` puts what is new on the page: with the first words, or when they take their time.
  async run(events, said, reply, place = () => {}) {
    const turn = new Turn(said, reply, {
      arrived: (event) => this.arrived(turn, event),
      stage: (event) => this.frame.showStage(event, this.order),
      words: () => this.placed(turn),
      changed: () => this.page.growing(this.revision),
      used: () => this.frame.tally.show(sum(this.used, turn.used)),
      paused: (sentence) => this.frame.announce(sentence),
    });
    turn.place = place;
    this.turn = this.began = turn;
    setTimeout(() => this.placed(turn), AT_ONCE);
    this.watch.poke();
    try {
      for await (const event of events) {
        if (this.turn !== turn) return;
        turn.take(event);
      }
    } catch (error) {
      if (this.turn === turn) this.broke(turn, error);
      return;
    }
    if (this.turn !== turn) return;
    if (turn.outcome) this.finish(turn);
    else this.broke(turn, new Lost());
  }

  placed(turn) {
    if (this.turn !== turn || turn.isPlaced) return;
    turn.isPlaced = true;
    turn.place();
    if (turn.said) this.frame.notify(""); // else somebody else spoke, and that is what it says
    this.frame.busy(true);
  }

  arrived(turn, { message_id: said, reply_id: reply }) {
    this.kept.arrived(said);
    turn.reply.message.id = reply;
  }

  finish(turn) {
    const { outcome, revision } = turn.outcome;
    this.placed(turn);
    this.turn = null;
    this.revision = revision;
    this.used = sum(this.used, turn.used);
    turn.reply.end(outcome);
    if (turn.reply.hasChanges) {
      this.undoes = turn.reply.message.id;
      this.element.dataset.redo = false;
    }
    this.speakers.show();
    this.frame.busy(false);
    this.frame.suggest(outcome === "done" ? turn.suggestions : []);
    this.list.mark(this.undoes);
    this.frame.announce(turn.reply.spoken);
    this.page.soon(revision, "turn");
    this.watch.poke();
    if (turn.isUnsure) this.recover();
  }

  // The answer did not come, or not to its end.
  broke(turn, error) {
    this.placed(turn);
    this.turn = null;
    this.frame.busy(false);
    if (turn.hasArrived) {
      turn.reply.note(this.say("offline"));
      this.recover().then(() => this.page.soon(this.revision, "turn"));
      return;
    }
    this.list.remove(turn.reply);
    const { id, text } = turn.said.message;
    const canNotBeSent = error instanceof Refused && error.status < 500 && ![409, 429].includes(error.status);
    if (canNotBeSent) {
      this.list.remove(turn.said);
      this.kept.arrived(id);
      this.frame.write([text, this.frame.input.value].filter(Boolean).join("\n"));
      this.kept.type(this.frame.input.value);
      this.trouble(error);
    } else {
      turn.said.show({ ...turn.said.message, state: "unsent", reason: error instanceof Refused ? error.words(this.say) : "" });
      if (error.kind === "busy") this.recover(); // what another tab asked is read along here
    }
  }

  // ---- steps, and the others

  async step(path, body) {
    if (this.turn) return;
    try {
      const stepped = await this.calls.step(path, body);
      if (stepped) this.revision = stepped.revision;
      await this.load();
      this.frame.notify("");
    } catch (error) {
      this.trouble(error);
    }
    this.page.soon(this.revision, "step");
  }

  // Others changed something: at once, and what they change meanwhile right after it.
  async refresh(by) {
    if (this.isRefreshing) {
      this.isStale = true;
      return;
    }
    this.isRefreshing = true;
    try {
      do {
        this.isStale = false;
        await this.load();
      } while (this.isStale && !this.isOver && !this.turn);
      if (this.isOver) return;
      if (by) this.frame.notify(this.say(by === "program" ? "elsewhere_program" : "elsewhere"), "news");
      this.page.soon(this.revision, "elsewhere");
    } catch (error) {
      if (!this.isOver) this.trouble(error);
    } finally {
      this.isRefreshing = false;
    }
  }

  async look() {
    if (this.turn) return;
    try {
      const { revision } = await this.calls.status();
      if (this.frame.notice.dataset.kind === "trouble") this.frame.notify("");
      if (revision === this.revision) return;
      await wait(SETTLE);
      if (this.isOver || this.turn || revision === this.revision) return;
      await this.load();
      this.frame.notify(this.say("elsewhere"), "news");
      this.page.soon(this.revision, "elsewhere");
    } catch (error) {
      if (!this.isOver) this.trouble(error);
    }
  }

  trouble(error) {
    if (error instanceof Refused) this.frame.notify(error.words(this.say), "trouble");
    else if (error instanceof Lost) this.frame.notify(this.say("offline"), "trouble");
    else throw error;
  }
}
