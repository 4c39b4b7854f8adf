// What a person typed and what did not reach the server yet, kept in this tab by session: a reload loses nothing.

const EMPTY = { typed: "", waiting: [] };

export class Kept {
  constructor(sessionId) {
    this.name = `agent-builder:${sessionId}`;
    this.state = { ...EMPTY, ...this.read() };
  }

  get typed() {
    return this.state.typed;
  }

  // Messages on their way: [{ id, text }].
  get waiting() {
    return this.state.waiting;
  }

  type(text) {
    this.write({ typed: text });
  }

  send(id, text) {
    this.write({ waiting: [...this.waiting.filter((one) => one.id !== id), { id, text }] });
  }

  arrived(id) {
    if (this.waiting.some((one) => one.id === id)) this.write({ waiting: this.waiting.filter((one) => one.id !== id) });
  }

  // What of it the talk does not have, as messages.
  unsent(talk) {
    for (const { id } of talk.messages) this.arrived(id);
    return this.waiting.map(({ id, text }) => ({ id, role: "user", text, state: "unsent" }));
  }

  read() {
    try {
      return JSON.parse(sessionStorage.getItem(this.name)) ?? {};
    } catch {
      return {};
    }
  }

  write(part) {
    this.state = { ...this.state, ...part };
    try {
      sessionStorage.setItem(this.name, JSON.stringify(this.state));
    } catch {
      // A browser without storage still sends; only a reload would lose what is typed.
    }
  }
}
