/** The client: every call of the API as a method, and the reply to a message as a stream of events. */
import { CALLS } from "./calls.js";
import { ConnectionLost } from "./errors.js";
import { serverSentEvents } from "./sse.js";
import { json, newKey, Transport, valueOf, whole, type Options } from "./transport.js";
import type { CallName, Calls, TurnEvent } from "./types.js";

export interface SendSettings {
  /** Ends the reply: what was said by then is kept in the session. */
  signal?: AbortSignal;
  /** The same id again never makes a second message: its reply is told again from the start. */
  messageId?: string;
  /** The revision that you saw; a newer one is a Conflict, and nothing is said. */
  ifMatch?: number;
}

export interface Client extends Calls {
  /**
   * Says something; gives what happens in the reply as it happens. The last event is Finished.
   *
   * Whoever leaves the loop early, or aborts the signal, stops the reply.
   */
  send(sessionId: string, message: string, settings?: SendSettings): AsyncGenerator<TurnEvent, void, undefined>;
  /** The reply that is being written now, from its first event; nothing when there is none. Leaving does not stop it. */
  follow(sessionId: string, settings?: { signal?: AbortSignal }): AsyncGenerator<TurnEvent, void, undefined>;
}

type Parts = Record<string, unknown> & {
  body?: unknown;
  signal?: AbortSignal;
  idempotencyKey?: string;
  ifMatch?: number;
};

const EVENTS = { Accept: "text/event-stream" };
const LONGEST_STOP = 5_000; // milliseconds

/** A client of the server at `options.address`. */
export function createClient(options: Options): Client {
  const transport = new Transport(options);
  const names = Object.keys(CALLS) as CallName[];
  const calls = Object.fromEntries(names.map((name) => [name, (given?: Parts) => called(transport, name, given ?? {})]));
  return {
    ...(calls as unknown as Calls), // the table of calls and their types come from one description
    send: (sessionId, message, settings = {}) => sent(transport, sessionId, message, settings),
    follow: (sessionId, { signal } = {}) => followed(transport, sessionId, signal),
  };
}

async function called(transport: Transport, name: CallName, given: Parts): Promise<unknown> {
  const { body, signal, idempotencyKey, ifMatch, ...rest } = given;
  const [method, template] = CALLS[name];
  const { path, query } = placed(template, rest);
  const key = method === "GET" ? {} : { "Idempotency-Key": idempotencyKey ?? newKey() };
  return valueOf(await transport.send({ method, path, query, body, signal, headers: { ...key, ...matching(ifMatch) } }));
}

/** Parts that the path names go there, the others behind the question mark. */
function placed(template: string, parts: Record<string, unknown>): { path: string; query: Record<string, unknown> } {
  const query = { ...parts };
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = query[name];
    if (value === undefined || value === "") throw new TypeError(`${name} is missing.`);
    // No encoding keeps these apart from steps in the path: they would lead to another call.
    if (value === "." || value === "..") throw new TypeError(`${name} cannot be “${value}”.`);
    delete query[name];
    return encodeURIComponent(String(value));
  });
  return { path, query };
}

function matching(revision: number | undefined): Record<string, string> {
  return revision === undefined ? {} : { "If-Match": `"${revision}"` };
}

async function* sent(
  transport: Transport,
  sessionId: string,
  message: string,
  settings: SendSettings,
): AsyncGenerator<TurnEvent, void, undefined> {
  const { signal, messageId = newKey(), ifMatch } = settings;
  const { path } = placed(CALLS.sendMessage[1], { session_id: sessionId });
  const headers = { ...EVENTS, ...matching(ifMatch) };
  signal?.throwIfAborted();
  let running = true;
  try {
    const body = { message, message_id: messageId };
    const response = await transport.send({ method: "POST", path, headers, body, signal });
    for await (const told of turnEvents(response)) {
      running = told.event !== "Finished";
      yield told;
    }
    if (running) throw new ConnectionLost("The reply broke off.");
  } catch (error) {
    running &&= signal?.aborted ?? false; // a reply whose connection broke goes on: the same message id finds it again
    throw error;
  } finally {
    if (running) await stopped(transport, sessionId, messageId);
  }
}

/** The server ends a reply that nobody reads by itself after a while, so this may fail. */
async function stopped(transport: Transport, sessionId: string, messageId: string): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_STOP);
  const parts = { session_id: sessionId, message_id: messageId, signal }; // else it could end a later reply
  await called(transport, "stopReply", parts).catch(() => undefined);
}

async function* followed(
  transport: Transport,
  sessionId: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<TurnEvent, void, undefined> {
  const { path } = placed(CALLS.followReply[1], { session_id: sessionId });
  const response = await transport.send({ method: "GET", path, headers: EVENTS, signal });
  if (response.status !== 204) yield* turnEvents(response);
}

async function* turnEvents(response: Response): AsyncGenerator<TurnEvent, void, undefined> {
  if (response.body === null) throw new ConnectionLost("The reply is empty.");
  const events = serverSentEvents(response.body);
  try {
    for (let next = await whole(() => events.next()); !next.done; next = await whole(() => events.next())) {
      yield { event: next.value.event, data: json(next.value.data) } as TurnEvent;
    }
  } finally {
    await events.return();
  }
}
