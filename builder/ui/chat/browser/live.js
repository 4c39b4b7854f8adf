// Hears by a WebSocket what happens to a session. A lost line is tried again; meanwhile `isOpen` is false.

import { newId } from "./calls.js";

const SOON = 500;
const LATE = 30_000;
const BROWSER = "agent-builder:browser";

export class Live {
  // `data` gives what the page said last, `hear` gets the payload of every state update.
  constructor(data, hear) {
    this.data = data;
    this.hear = hear;
    this.pause = SOON;
    this.open();
  }

  get isOpen() {
    return this.socket?.readyState === WebSocket.OPEN;
  }

  open() {
    const socket = (this.socket = new WebSocket(addressOf(this.data())));
    socket.onmessage = ({ data }) => this.take(socket, JSON.parse(data));
    socket.onclose = () => this.again(socket);
  }

  take(socket, { type, payload }) {
    if (socket !== this.socket) return;
    this.pause = SOON;
    if (type === "ping") socket.send(JSON.stringify({ type: "pong", payload: {}, timestamp: Date.now() / 1000 }));
    if (type === "state_update") this.hear(payload);
  }

  // Pages that lost the same server do not all come back in the same moment.
  again(socket) {
    if (socket !== this.socket) return;
    this.timer = setTimeout(() => this.open(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LATE);
  }

  rest() {
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = null;
    socket?.close();
  }
}

function addressOf({ base, session, client, pass }) {
  const address = new URL(`${base}api/ws/agent/${encodeURIComponent(session)}`, location.origin);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  const given = { quiet: "1", client, browser: browser(), pass };
  for (const [name, value] of Object.entries(given)) if (value) address.searchParams.set(name, value);
  return address.href;
}

// The same in all tabs of this browser, so that a second tab is not taken for somebody else.
export function browser() {
  try {
    const found = localStorage.getItem(BROWSER) ?? newId();
    localStorage.setItem(BROWSER, found);
    return found;
  } catch {
    return "";
  }
}
