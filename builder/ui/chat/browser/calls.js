// Every call to the server. Refusals are thrown as Refused, a lost line as Lost.

import { wait } from "./watch.js";

export class Refused extends Error {
  constructor(status, problem) {
    super([problem.detail, problem.next_step].filter(Boolean).join(" "));
    this.status = status;
    this.kind = String(problem.type ?? "").split("/").pop();
  }

  // The page's words for it; the server's own where they say more than a general word could.
  words(say) {
    return say(`refused.${this.kind}`, this.message);
  }
}

export class Lost extends Error {}

const PATIENCE = 10_000; // for a new pass
const AGAIN = 1_000; // a page that has lost its server hears nothing until it is back
const APART = 30_000; // between two
const ELSEWHERE = 600; // until the words of a turn on another server are read again

export class Calls {
  // `pass` shows the server that its own page is calling; by `client` the page knows its own changes again.
  // `renew` asks the page for another pass: a server that began anew does not know the old one.
  constructor({ base, session, pass, client }, renew = null) {
    this.address = `${base}api/v1/sessions/${encodeURIComponent(session)}`;
    this.renew = renew;
    this.known({ pass, client });
  }

  known({ pass, client }) {
    this.names = { "X-Page-Pass": pass ?? "", "X-Client": client ?? "" };
    this.arrived?.();
  }

  // True when there may be another pass now.
  renewed() {
    if (!this.renewing && performance.now() < (this.renewedAt ?? -APART) + APART) return false;
    this.renewing ??= new Promise((resolve) => {
      this.renewedAt = performance.now();
      const asking = setInterval(this.renew, AGAIN);
      const over = setTimeout(() => this.arrived?.(), PATIENCE);
      this.arrived = () => {
        clearInterval(asking);
        clearTimeout(over);
        this.arrived = this.renewing = null;
        resolve(true);
      };
      this.renew();
    });
    return this.renewing;
  }

  talk(before = null, limit = 30) {
    return this.read(`/talk?limit=${limit}${before === null ? "" : `&before=${before}`}`);
  }

  status() {
    return this.read("/status");
  }

  async read(path) {
    const response = await this.reached(path, { cache: "no-store" });
    return (await accepted(response)).json();
  }

  async post(path, body = {}) {
    const response = await this.reached(path, asJson(body));
    await accepted(response);
    return response.status === 204 ? null : response.json();
  }

  // One step back or forth; null when another page has taken the last one already.
  step(path, body) {
    return this.post(path, body).catch((error) => {
      if (error.kind?.startsWith("nothing-to-")) return null;
      throw error;
    });
  }

  // The events of a new turn. The request is on its way when this returns.
  say(message, messageId) {
    const request = asJson({ message, message_id: messageId });
    request.headers.Accept = "text/event-stream";
    return events(this.reached("/message", request));
  }

  // The events of the turn that is running, from its start; none, after a while, when another server runs it: the talk
  // tells what was said by then, and nobody asks for it all the time.
  async *follow() {
    let isHere = false;
    for await (const event of events(this.reached("/turn", { cache: "no-store" }))) {
      isHere = true;
      yield event;
    }
    if (!isHere) await wait(ELSEWHERE);
  }

  async reached(path, request) {
    const answer = await this.once(path, request);
    return answer.status === 401 && this.renew && (await this.renewed()) ? this.once(path, request) : answer;
  }

  once(path, request) {
    const headers = { ...request.headers, ...this.names };
    return fetch(this.address + path, { ...request, headers }).catch(lost);
  }
}

function lost() {
  throw new Lost();
}

function asJson(body) {
  return { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

async function accepted(response) {
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  throw new Refused(response.status, problem);
}

async function* events(answer) {
  const response = await accepted(await answer);
  if (response.status === 204) return;
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(lost);
      if (done) return;
      const frames = (rest + decoder.decode(value, { stream: true })).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) {
        const event = parsed(frame);
        if (event) yield event;
      }
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

function parsed(frame) {
  const field = (name) => frame.split("\n").find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  const kind = field("event");
  return kind ? { ...JSON.parse(field("data") ?? "{}"), event: kind } : null;
}

// randomUUID is missing where a page comes over plain HTTP from another machine.
export function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
