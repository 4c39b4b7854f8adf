/** Server-Sent Events out of the bytes of an answer, however the network cut them. */
import { BadAnswer } from "./errors.js";

export interface ServerSentEvent {
  /** "message" where the server named none. */
  readonly event: string;
  readonly data: string;
}

/** Characters; a stream that sends more without an end of line, or of an event, is none of ours. */
export const LONGEST_EVENT = 4_000_000;

/** An event that the stream ends in the middle of is no event. */
export async function* serverSentEvents(
  stream: ReadableStream<Uint8Array>,
  longest: number = LONGEST_EVENT,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const lines = new Lines(longest);
  const events = new Events(longest);
  for await (const text of texts(stream)) {
    for (const line of lines.add(text)) {
      const event = events.add(line);
      if (event !== undefined) yield event;
    }
  }
}

/** Letters that were cut in two are whole again; leaving early cancels the stream. */
async function* texts(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, void, undefined> {
  const reader = stream.getReader();
  const decoder = new TextDecoder();
  try {
    for (let read = await reader.read(); !read.done; read = await reader.read()) {
      yield decoder.decode(read.value, { stream: true });
    }
  } finally {
    await reader.cancel().catch(() => undefined); // a stream that broke is over already
    reader.releaseLock();
  }
}

/** Lines end with CR, LF or both. */
class Lines {
  #begun = "";
  #afterReturn = false;
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  *add(text: string): Generator<string, void, undefined> {
    let start = 0;
    for (let end = 0; end < text.length; end += 1) {
      const letter = text[end];
      if (letter === "\n" && this.#afterReturn && end === start && this.#begun === "") start = end + 1;
      else if (letter === "\n" || letter === "\r") {
        yield this.#begun + text.slice(start, end);
        this.#begun = "";
        start = end + 1;
      }
      this.#afterReturn = letter === "\r";
    }
    this.#begun += text.slice(start);
    if (this.#begun.length > this.#longest) throw new BadAnswer(`A line is longer than ${this.#longest} characters.`);
  }
}

class Events {
  #event = "";
  #data: string[] = [];
  #size = 0;
  readonly #longest: number;

  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The event that this line ends, if it does. */
  add(line: string): ServerSentEvent | undefined {
    if (line === "") return this.#ended();
    const colon = line.indexOf(":");
    // A line that begins with a colon has an empty name: a comment, it only says that the connection is alive.
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (name === "event") this.#event = value;
    else if (name === "data") this.#take(value);
    return undefined;
  }

  #take(value: string): void {
    this.#size += value.length + 1;
    if (this.#size > this.#longest) throw new BadAnswer(`An event is longer than ${this.#longest} characters.`);
    this.#data.push(value);
  }

  #ended(): ServerSentEvent | undefined {
    const [event, data] = [this.#event || "message", this.#data];
    [this.#event, this.#data, this.#size] = ["", [], 0];
    return data.length > 0 ? { event, data: data.join("\n") } : undefined;
  }
}
