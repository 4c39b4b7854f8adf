// Saved agents: versions, comparison, import and export, deletion.
import assert from "node:assert/strict";
import { test } from "node:test";
import { NotFound, type Agent } from "../src/index.js";
import { client, errorOf, finished } from "./servers.js";

async function saved(name: string): Promise<Agent> {
  const session_id = await finished(name);
  const { agent_id } = await client.saveSession({ session_id });
  return client.getAgent({ agent_id });
}

test("a new version is compared with the one before, and taken back", async () => {
  const { id: agent_id, configuration } = await saved("Versioned");
  const body = { ...configuration, description: "Sorts parcels." };
  const renewed = await client.updateAgent({ agent_id, body, ifMatch: 1, note: "parcels" });
  assert.equal(renewed.version, 2);
  const { versions } = await client.listAgentVersions({ agent_id });
  assert.deepEqual(versions.map((version) => [version.version, version.note]), [[2, "parcels"], [1, ""]]);
  const { changes } = await client.diffAgentVersions({ agent_id, from: 1, to: 2 });
  assert.deepEqual(changes.map((change) => [change.field, change.after]), [["description", "Sorts parcels."]]);
  assert.equal((await client.getAgentVersion({ agent_id, number: 1 })).description, "Sorts letters.");
  const restored = await client.restoreAgentVersion({ agent_id, body: { version: 1 } });
  assert.deepEqual([restored.version, restored.description], [3, "Sorts letters."]);
});

test("agents are found by their words", async () => {
  const { id } = await saved("Findable");
  const { agents } = await client.listAgents({ text: "findab", kind: "unstructured" });
  assert.deepEqual(agents.map((agent) => agent.id), [id]);
});

test("what was brought in before is the same agent, and what cannot be used is refused with its problems", async () => {
  const { configuration } = await saved("Imported");
  const { items } = await client.importAgents({ body: [configuration, { ...configuration, name: "New1" }, { name: 5 }] });
  assert.deepEqual(items.map((item) => item.outcome), ["same", "created", "refused"]);
  assert.ok((items[2]?.problems.length ?? 0) > 0);
});

test("several agents leave as one zip file", async () => {
  const agents = [await saved("Leaving1"), await saved("Leaving2")];
  const file = await client.exportAgents({ id: agents.map((agent) => agent.id) });
  assert.ok(file instanceof Uint8Array);
  assert.equal(new TextDecoder().decode(file.slice(0, 2)), "PK");
});

test("a deleted agent is gone until it is taken back", async () => {
  const { id: agent_id } = await saved("Deleted");
  assert.equal(await client.deleteAgent({ agent_id }), undefined);
  assert.ok((await errorOf(client.getAgent({ agent_id }))) instanceof NotFound);
  assert.equal((await client.undeleteAgent({ agent_id })).id, agent_id);
});

test("a write that is sent again with its key is done once", async () => {
  const { id: agent_id } = await saved("Copied");
  const first = await client.duplicateAgent({ agent_id, idempotencyKey: `copy-${agent_id}` });
  const again = await client.duplicateAgent({ agent_id, idempotencyKey: `copy-${agent_id}` });
  const other = await client.duplicateAgent({ agent_id });
  assert.equal(again.id, first.id);
  assert.notEqual(other.id, first.id);
});
