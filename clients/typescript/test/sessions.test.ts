// Interviews: begin, edit, step back, finish, save.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Conflict, Invalid, NotFound, Refused } from "../src/index.js";
import { all, begun, client, errorOf, finished, FINISHED, set } from "./servers.js";

test("a session begins with what the program knows", async () => {
  const session = await client.createSession({ body: { mode: "quick", language: "de", context: { shop: "Example" } } });
  assert.equal(session.mode, "quick");
  assert.deepEqual(session.context, { shop: "Example" });
  assert.equal((await client.getSession({ session_id: session.session_id })).language, "de");
});

test("a first message is answered at once", async () => {
  const session = await client.createSession({ body: { initial_message: "tone warm" } });
  assert.equal(session.reply?.text, "Noted: warm.");
});

test("a message without events gives the finished reply", async () => {
  const reply = await client.sendMessage({ session_id: await begun(), body: { message: "say hello" } });
  assert.equal(reply.text, "hello");
});

test("an edit of an older revision is a conflict that says where the session stands", async () => {
  const session_id = await begun();
  const { revision } = await client.editDraft({ session_id, body: set({ tone: "warm" }) });
  const current = await client.editDraft({ session_id, ifMatch: revision, body: set({ name: "Triage" }) });
  const error = await errorOf(client.editDraft({ session_id, ifMatch: revision, body: set({ name: "Other" }) }));
  assert.ok(error instanceof Conflict);
  assert.equal(error.revision, current.revision);
  assert.ok(error.reason && error.nextStep && error.requestId);
});

test("an edit of a field that somebody else changed is a conflict with their value", async () => {
  const session_id = await begun();
  await client.editDraft({ session_id, body: set({ tone: "theirs" }) });
  const mine = { ...set({ tone: "mine" }), seen: { tone: null } };
  const error = await errorOf(client.editDraft({ session_id, body: mine }));
  assert.ok(error instanceof Conflict);
  assert.deepEqual(error.theirs, { tone: "theirs" });
});

test("an edit that cannot be used names the fields", async () => {
  const error = await errorOf(client.editDraft({ session_id: await begun(), body: set({ colour: "red" }) }));
  assert.ok(error instanceof Invalid);
  assert.deepEqual(error.problems.map((problem) => problem["field"]), ["colour"]);
});

test("what there is not is not found", async () => {
  const error = await errorOf(client.getSession({ session_id: "00000000-0000-4000-8000-000000000000" }));
  assert.ok(error instanceof NotFound && error instanceof Refused);
  assert.equal(error.status, 404);
  assert.equal(error.type, "/problems/not-found");
  assert.equal(error.name, "NotFound");
});

test("an id goes into the path as it is, whatever stands in it", async () => {
  for (const session_id of ["../agents", "a/b", "a?b", "a#b", "%2e%2e"]) {
    assert.ok((await errorOf(client.getSession({ session_id }))) instanceof NotFound);
  }
  const error = await errorOf(client.getSession({ session_id: "" }));
  assert.ok(error instanceof TypeError && error.message.includes("session_id"));
});

test("a step back and forth", async () => {
  const session_id = await begun();
  await all(client.send(session_id, "tone warm"));
  await all(client.send(session_id, "name Triage"));
  assert.ok(!(await client.undoChange({ session_id })).collected.includes("name"));
  assert.ok((await client.redoChange({ session_id })).collected.includes("name"));
});

test("the configuration is undefined until it is finished, and then saved as an agent", async () => {
  const early = await begun();
  assert.equal(await client.getConfiguration({ session_id: early }), undefined);
  const session_id = await finished("SavedOne");
  assert.equal((await client.listProblems({ session_id })).problems.length, 0);
  const saved = await client.saveSession({ session_id, body: { note: "the first" } });
  const agent = await client.getAgent({ agent_id: saved.agent_id });
  assert.equal(agent.name, "SavedOne");
  assert.equal(agent.description, FINISHED.description);
  const copy = await client.duplicateAgent({ agent_id: saved.agent_id });
  const opened = await client.openAgent({ agent_id: copy.id });
  assert.deepEqual(await client.getConfiguration({ session_id: opened.session_id }), copy.configuration);
});

test("sessions are listed a page at a time, and deleted", async () => {
  const ids = [await begun(), await begun(), await begun()];
  const first = await client.listSessions({ limit: 2 });
  assert.deepEqual(first.sessions.map((card) => card.session_id), [ids[2], ids[1]]);
  assert.ok(first.next);
  const second = await client.listSessions({ limit: 2, after: first.next });
  assert.equal(second.sessions[0]?.session_id, ids[0]);
  assert.equal(await client.deleteSession({ session_id: ids[0]! }), undefined);
  assert.ok((await errorOf(client.getSession({ session_id: ids[0]! }))) instanceof NotFound);
});
