// The reader of Server-Sent Events, fed as networks do: cut anywhere.
import assert from "node:assert/strict";
import { test } from "node:test";
import { BadAnswer, serverSentEvents, type ServerSentEvent } from "../src/index.js";

async function read(pieces: Uint8Array[], longest?: number): Promise<ServerSentEvent[]> {
  const found: ServerSentEvent[] = [];
  for await (const event of serverSentEvents(streamOf(pieces), longest)) found.push(event);
  return found;
}

function streamOf(pieces: Uint8Array[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces) controller.enqueue(piece);
      controller.close();
    },
  });
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

const STREAM = ': still here\n\nevent: TextDelta\ndata: {"text": "Grüße 🙂"}\n\nretry: 5\nid: 7\ndata: a\ndata:b\ndata\n\ndata:  x\n\n';
const EVENTS = [
  { event: "TextDelta", data: '{"text": "Grüße 🙂"}' },
  { event: "message", data: "a\nb\n" },
  { event: "message", data: " x" },
];

for (const [name, end] of [["LF", "\n"], ["CR LF", "\r\n"], ["CR", "\r"]] as const) {
  test(`lines that end with ${name}, cut at every place and into single bytes`, async () => {
    const whole = bytes(STREAM.replaceAll("\n", end));
    for (let cut = 0; cut <= whole.length; cut += 1) {
      assert.deepEqual(await read([whole.slice(0, cut), whole.slice(cut)]), EVENTS, `cut at ${cut}`);
    }
    assert.deepEqual(await read(Array.from(whole, (byte) => Uint8Array.of(byte))), EVENTS);
  });
}

test("a byte order mark at the start is nothing", async () => {
  assert.deepEqual(await read([Uint8Array.of(0xef, 0xbb, 0xbf), bytes("data: x\n\n")]), [{ event: "message", data: "x" }]);
});

test("an event without its empty line at the end is none, nor is one without data", async () => {
  assert.deepEqual(await read([bytes("event: Started\n\ndata: half\n")]), []);
});

test("a name counts for one event only", async () => {
  const found = await read([bytes("event: A\ndata: 1\n\ndata: 2\n\n")]);
  assert.deepEqual(found.map((event) => event.event), ["A", "message"]);
});

test("a line, or an event of many lines, that does not end is refused", async () => {
  const many = Array.from({ length: 50 }, () => bytes("data: 123456789\n"));
  await assert.rejects(read([bytes(`data: ${"x".repeat(200)}`)], 100), BadAnswer);
  await assert.rejects(read(many, 100), BadAnswer);
  assert.equal((await read([...many, bytes("\n")], 1_000))[0]?.data.length, 50 * 10 - 1);
});

test("who leaves early cancels the stream", async () => {
  let cancelled = false;
  const stream = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(bytes("data: x\n\n")),
    cancel: () => void (cancelled = true),
  });
  for await (const event of serverSentEvents(stream)) {
    assert.equal(event.data, "x");
    break;
  }
  assert.ok(cancelled);
});
