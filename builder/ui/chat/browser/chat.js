// The chat of the Build page: draws the talk, sends, streams, stops, steps back, and follows what others do to it.
// Mounted once for an element; later calls of `mount` only bring new data from the page.

import { Calls, Lost, Refused, newId } from "./calls.js";
import { make } from "./dom.js";
import { Frame } from "./frame.js";
import { Kept } from "./kept.js";
import { List, stretch } from "./list.js";
import { Turn } from "./turn.js";
import { Watch, wait } from "./watch.js";

const HERE = Symbol.for("agent-builder.chat");
const STRETCH = 30;
const LONGEST = 200;
const AT_ONCE = 30;
const NUDGE = 150;
const SETTLE = 1_200; // the page's own change and its redrawing are not somebody else's

export function mount(component) {
  const root = component.parentElement;
  root[HERE] ??= new Chat(root);
  root[HERE].update(component);
  return () => root[HERE]?.leave();
}

class Chat {
  constructor(root) {
    this.root = root;
    this.style = make("link", { rel: "stylesheet", href: new URL("chat.css", import.meta.url).href });
    root.append(this.style);
  }

  update({ data, setTriggerValue }) {
    this.tellPage = setTriggerValue;
    const subject = JSON.stringify([data.session, data.base, data.labels]);
    if (subject !== this.subject) {
      this.subject = subject;
      this.begin(data);
    } else if (data.revision > this.revision && !this.turn) {
      this.revision = data.revision;
      this.recover();
    }
  }

  begin(data) {
    this.rest();
    this.data = data;
    this.revision = data.revision;
    this.calls = new Calls(data.base, data.session);
    this.kept = new Kept(data.session);
    const before = this.frame?.element;
    this.frame = new Frame(this.say, this.acts());
    this.list = new List(this.frame.messages, this.say, this.acts());
    if (before) before.replaceWith(this.frame.element);
    else this.root.append(this.frame.element);
    this.frame.write(this.kept.typed);
    this.watch = new Watch(() => this.look());
    this.recover();
  }

  leave() {
    this.rest();
    this.frame?.element.remove();
    this.style.remove();
    delete this.root[HERE];
  }

  rest() {
    this.watch?.stop();
    clearTimeout(this.nudge);
    this.nudge = null;
    this.turn = null;
  }

  say = (name, otherwise = name) => this.data.labels[name] ?? otherwise;

  acts() {
    return {
      send: (text) => this.sendTyped(text),
      tap: (text) => this.tap(text),
      typed: (text) => this.kept.type(text),
      stop: () => this.calls.post("/stop").catch((error) => this.trouble(error)),
      earlier: () => this.loadEarlier(),
      undo: () => this.step("/undo"),
      redo: () => this.step("/redo"),
      goBack: (id) => this.step("/go-back", { message_id: id }),
      retry: (bubble) => this.retry(bubble),
    };
  }

  // ---- the talk as the server has it

  // A talk that was read before the newest turn began says less than the page does.
  async load() {
    const { calls, began } = this;
    const talk = await calls.talk(null, Math.min(LONGEST, Math.max(STRETCH, this.list.length + 2)));
    if (calls !== this.calls || began !== this.began) return;
    this.show(talk);
    if (talk.running) this.run(calls.follow(), null, this.list.of(talk.running.id));
  }

  show(talk) {
    this.revision = talk.revision;
    this.order = this.data.stages;
    this.frame.showStage(talk, this.order);
    this.frame.showEngine(talk.engine);
    this.frame.earlier.hidden = !talk.earlier;
    this.undoes = talk.can_undo ? talk.undoes : null;
    this.frame.element.dataset.redo = talk.can_redo;
    const unsent = this.kept.missing(talk).map(({ id, text }) => ({ id, role: "user", text, state: "unsent" }));
    this.list.show([...stretch(talk), ...unsent]);
    this.list.mark(this.undoes);
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
    const { calls } = this;
    for (let pause = 300; calls === this.calls && !this.turn; pause = Math.min(pause * 2, 15_000)) {
      try {
        await this.load();
        this.frame.notify("");
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
    if (bubble !== said) this.list.remove(bubble);
    said.show({ ...said.message, state: "done", reason: "" });
    this.send(said.message.text, said.message.id, { said });
  }

  // On its way before anything is drawn: an answer that comes at once appears together with the question.
  send(text, id, { said = null, isTyped = false } = {}) {
    const events = this.calls.say(text, id);
    this.kept.send(id, text);
    const own = said ?? this.list.make({ id, role: "user", text });
    const reply = this.list.make({ id: `${id}-reply`, role: "model", text: "", state: "streaming" });
    this.run(events, own, reply, () => {
      if (isTyped) this.frame.clear(text);
      this.list.append(...(said ? [] : [own]), reply);
      this.frame.log.scrollTop = 0;
    });
  }

  // `place` puts what is new on the page: with the first words, or when they take their time.
  async run(events, said, reply, place = () => {}) {
    const turn = new Turn(said, reply, {
      arrived: (event) => this.arrived(turn, event),
      stage: (event) => this.frame.showStage(event, this.order),
      words: () => this.placed(turn),
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
    this.frame.notify("");
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
    turn.reply.flush();
    turn.reply.show({ ...turn.reply.message, state: outcome });
    if (turn.reply.hasChanges) {
      this.undoes = turn.reply.message.id;
      this.frame.element.dataset.redo = false;
    }
    this.frame.busy(false);
    this.frame.suggest(outcome === "done" ? turn.suggestions : []);
    this.list.mark(this.undoes);
    this.frame.announce(turn.reply.spoken);
    this.nudgePage("turn");
    this.watch.poke();
  }

  // The answer did not come, or not to its end.
  broke(turn, error) {
    this.placed(turn);
    this.turn = null;
    this.frame.busy(false);
    if (turn.hasArrived) {
      turn.reply.note(this.say("offline"));
      this.recover();
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
      turn.said.show({ ...turn.said.message, state: "unsent", reason: error instanceof Refused ? error.message : "" });
    }
  }

  // ---- steps, and the others

  async step(path, body) {
    if (this.turn) return;
    try {
      this.revision = (await this.calls.post(path, body)).revision;
      await this.load();
      this.frame.notify("");
    } catch (error) {
      this.trouble(error);
    }
    this.nudgePage("step");
  }

  async look() {
    if (this.turn) return;
    const { calls } = this;
    try {
      const { revision } = await calls.status();
      if (this.frame.notice.dataset.kind === "trouble") this.frame.notify("");
      if (revision === this.revision) return;
      await wait(SETTLE);
      if (calls !== this.calls || this.turn || revision === this.revision) return;
      await this.load();
      this.frame.notify(this.say("elsewhere"), "news");
      this.nudgePage("elsewhere");
    } catch (error) {
      if (calls === this.calls) this.trouble(error);
    }
  }

  // Tells the page that the draft moved, once for a burst of changes.
  nudgePage(reason) {
    clearTimeout(this.nudge);
    this.nudge = setTimeout(() => this.tellPage("changed", { revision: this.revision, reason }), NUDGE);
  }

  trouble(error) {
    if (error instanceof Refused) this.frame.notify(error.message, "trouble");
    else if (error instanceof Lost) this.frame.notify(this.say("offline"), "trouble");
    else throw error;
  }
}
