/** One call over fetch: address, headers and body out; value or error in. */
import { BadAnswer, ConnectionLost, refusal } from "./errors.js";

export interface Options {
  /** Of the API, for example "http://127.0.0.1:8501/api". */
  address: string;
  /** Of a program, where the server asks for one. */
  token?: string;
  /** How often a call is sent again that found nobody there. Writes carry a key, so nothing is done twice. */
  retries?: number;
  /** Another fetch than the one of the browser or of Node. */
  fetch?: typeof fetch;
}

/** A call before it has an address. */
export interface Call {
  method: string;
  path: string;
  query?: Record<string, unknown>;
  headers?: Record<string, string>;
  /** A file as bytes, anything else as JSON. */
  body?: unknown;
  signal?: AbortSignal | undefined;
}

// Milliseconds; each further one is twice as long.
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

/** Sends calls to one server. */
export class Transport {
  readonly #address: string;
  readonly #headers: Record<string, string>;
  readonly #retries: number;
  readonly #fetch: typeof fetch;

  constructor(options: Options) {
    this.#address = options.address.replace(/\/+$/, "");
    this.#headers = options.token === undefined ? {} : { Authorization: `Bearer ${options.token}` };
    this.#retries = options.retries ?? 2;
    // A browser's fetch does not work as a method of something else.
    this.#fetch = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  }

  /** The answer, when it is no refusal. */
  async send(call: Call): Promise<Response> {
    const url = this.#address + call.path + search(call.query ?? {});
    const response = await this.#reached(url, this.#request(call));
    if (!response.ok) throw await whole(() => refusal(response));
    return response;
  }

  #request(call: Call): RequestInit {
    const headers = { Accept: "application/json", ...this.#headers, ...call.headers };
    const sent = call.body === undefined ? {} : { body: isFile(call.body) ? call.body : JSON.stringify(call.body) };
    const kind = isFile(call.body) ? "application/octet-stream" : "application/json";
    const typed = call.body === undefined ? headers : { ...headers, "Content-Type": kind };
    return { method: call.method, headers: typed, signal: call.signal ?? null, ...sent };
  }

  async #reached(url: string, request: RequestInit): Promise<Response> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await this.#fetch(url, request);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // it was told to end
        if (attempt >= this.#retries) throw new ConnectionLost(`No answer from ${this.#address}.`, { cause: error });
        await pause(Math.min(FIRST_PAUSE * 2 ** attempt, LONGEST_PAUSE), request.signal);
      }
    }
  }
}

function isFile(body: unknown): body is Uint8Array<ArrayBuffer> {
  return body instanceof Uint8Array;
}

/** What stands in an answer, by its media type. */
export async function valueOf(response: Response): Promise<unknown> {
  if (response.status === 202 || response.status === 204) {
    await response.body?.cancel();
    return undefined;
  }
  const kind = (response.headers.get("Content-Type") ?? "").split(";")[0] ?? "";
  return whole(async () => {
    if (kind === "application/x-ndjson") return (await response.text()).split("\n").filter(Boolean).map(json);
    if (kind.endsWith("json")) return json(await response.text());
    return kind.startsWith("text/") ? await response.text() : new Uint8Array(await response.arrayBuffer());
  });
}

/** JSON as the server wrote it; what it cannot have written is a BadAnswer. */
export function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new BadAnswer("The answer is not valid JSON.", { cause: error });
  }
}

/** A connection that ends in the middle of an answer is a TypeError of fetch. */
export async function whole<Value>(read: () => Promise<Value>): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof TypeError) throw new ConnectionLost("The answer broke off.", { cause: error });
    throw error;
  }
}

/** 128 random bits as text. Not randomUUID: browsers have that only on https and localhost. */
export function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function search(query: Record<string, unknown>): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) found.append(name, String(one));
    }
  }
  const text = found.toString();
  return text === "" ? "" : `?${text}`;
}

function pause(milliseconds: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, milliseconds);
    if (signal?.aborted) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
