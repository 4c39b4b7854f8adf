// The reply as it is written: early, whole, stopped by who leaves.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Busy, ConnectionLost, createClient, type TurnEvent } from "../src/index.js";
import { address, all, begun, client, errorOf, textOf } from "./servers.js";

async function lastMessage(session_id: string) {
  const deadline = Date.now() + 5_000;
  for (;;) {
    const talk = await client.getTalk({ session_id });
    if (talk.running === null || Date.now() > deadline) return talk.messages.at(-1);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function running(session_id: string): Promise<boolean> {
  return (await client.getTalk({ session_id })).running !== null;
}

test("a reply goes from Started to Finished", async () => {
  const session_id = await begun();
  const events = await all(client.send(session_id, "name Triage", { messageId: "my-own-id" }));
  const [first, last] = [events[0], events.at(-1)];
  assert.ok(first?.event === "Started" && first.data.message_id === "my-own-id");
  assert.ok(last?.event === "Finished" && last.data.outcome === "done");
  assert.equal(last.data.revision, (await client.getSessionStatus({ session_id })).revision);
  const changed = events.find((event) => event.event === "DraftChanged");
  assert.deepEqual(changed?.data.change, { field: "name", before: null, after: "Triage", key: null, kind: "added" });
  assert.equal(textOf(events), "Noted: Triage.");
});

test("text is here while the reply is still being written", async () => {
  const session_id = await begun();
  let early = 0;
  for await (const event of client.send(session_id, "slow 60")) {
    if (event.event === "TextDelta" && early === 0) early = (await running(session_id)) ? 1 : -1;
  }
  assert.equal(early, 1);
});

test("letters of every script come through whole", async () => {
  const words = "say Grüße 你好 🙂👩‍👩‍👧 العربية";
  assert.equal(textOf(await all(client.send(await begun(), words))), words.slice(4));
});

test("an abort ends the reply and keeps what was said by then", async () => {
  const session_id = await begun();
  const leaving = new AbortController();
  const seen: TurnEvent[] = [];
  const error = await errorOf(
    (async () => {
      for await (const event of client.send(session_id, "hang", { signal: leaving.signal })) {
        seen.push(event);
        if (event.event === "TextDelta") leaving.abort();
      }
    })(),
  );
  assert.ok(error instanceof DOMException && error.name === "AbortError");
  assert.equal(textOf(seen), "One moment");
  const last = await lastMessage(session_id);
  assert.deepEqual([last?.text, last?.state], ["One moment", "stopped"]);
});

test("who leaves the loop early ends the reply", async () => {
  const session_id = await begun();
  for await (const event of client.send(session_id, "hang")) if (event.event === "TextDelta") break;
  assert.equal((await lastMessage(session_id))?.state, "stopped");
});

test("an abort before anything is said says nothing", async () => {
  const session_id = await begun();
  const error = await errorOf(all(client.send(session_id, "hello", { signal: AbortSignal.abort(new Error("no")) })));
  assert.ok(error instanceof Error && error.message === "no");
  assert.equal(await lastMessage(session_id), undefined);
});

test("an abort before the answer ends nobody else's reply", async () => {
  const session_id = await begun();
  const first = client.send(session_id, "hang");
  await first.next();
  const giving = new AbortController();
  const second = errorOf(all(client.send(session_id, "me too", { signal: giving.signal })));
  giving.abort(new Error("no"));
  assert.ok((await second) instanceof Error);
  assert.ok(await running(session_id));
  await first.return();
});

test("a second message during a reply is refused and does not stop the first", async () => {
  const session_id = await begun();
  const first = client.send(session_id, "hang");
  await first.next();
  assert.ok((await errorOf(all(client.send(session_id, "me too")))) instanceof Busy);
  assert.ok(await running(session_id));
  await first.return();
  assert.ok(!(await running(session_id)) || (await lastMessage(session_id))?.state === "stopped");
});

test("a running reply is followed from its first event, and who stops following does not stop it", async () => {
  const session_id = await begun();
  const first = client.send(session_id, "slow 40");
  await first.next();
  for await (const event of client.follow(session_id)) {
    assert.equal(event.event, "Started");
    break;
  }
  assert.ok(await running(session_id));
  const [sent, followed] = await Promise.all([all(first), all(client.follow(session_id))]);
  assert.equal(textOf(followed), textOf(sent));
  assert.deepEqual(await all(client.follow(session_id)), []);
});

test("the same message id again tells the same reply", async () => {
  const session_id = await begun();
  const first = await all(client.send(session_id, "say once", { messageId: "m1" }));
  const again = await all(client.send(session_id, "say once", { messageId: "m1" }));
  assert.ok(again[0]?.event === "Started" && again[0].data.again);
  assert.equal(textOf(again), textOf(first));
});

test("a reply that fails says why and what to do", async () => {
  const events = await all(client.send(await begun(), "down"));
  const failed = events.find((event) => event.event === "Failed");
  assert.deepEqual([failed?.data.reason, failed?.data.next_step], ["The model cannot be reached.", "Try again later."]);
});

test("a reply that breaks off is no whole reply", async () => {
  const session_id = await begun();
  const cut: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    if (!String(input).endsWith("/message")) return response;
    const text = (await response.text()).split("event: Finished")[0];
    return new Response(text, { headers: response.headers });
  };
  const error = await errorOf(all(createClient({ address, fetch: cut }).send(session_id, "say hello")));
  assert.ok(error instanceof ConnectionLost);
});
