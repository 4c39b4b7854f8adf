// Out to other platforms and in again: exports, previews, conflicts.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Invalid } from "../src/index.js";
import { client, errorOf, finished } from "./servers.js";

async function saved(name: string): Promise<string> {
  const session_id = await finished(name);
  return (await client.saveSession({ session_id })).agent_id;
}

test("an export shows its files, and what is not in them as it was said", async () => {
  const agent_id = await saved("Exported");
  const { targets } = await client.listExports();
  assert.ok(targets.some((target) => target.name === "pydantic_ai"));
  const { files, notes } = await client.getAgentExport({ agent_id, target: "pydantic_ai", version: 1 });
  assert.match(files[0]?.content ?? "", /name: Exported/);
  assert.ok(notes.every((note) => note.text.length > 0));
});

test("a zip is sent back as bytes, seen and decided about", async () => {
  const agent_id = await saved("Returning");
  const { configuration } = await client.getAgent({ agent_id });
  const pack = await client.downloadAgentExports({ agent_id, target: ["pydantic_ai"] });
  const seen = await client.previewImport({ name: "pack.zip", body: pack });
  assert.deepEqual(seen.candidates.map((one) => [one.importer, one.agent?.id]), [["pydantic_ai", agent_id]]);
  const config = { ...configuration, description: "Sorts parcels." };
  const { items } = await client.importConfigurations({
    body: { items: [{ config }, { config, on_conflict: "copy" }, { config, on_conflict: "version", source: "Test" }] },
  });
  assert.deepEqual(items.map((item) => item.outcome), ["refused", "copied", "version"]);
});

test("a text that holds no agent is refused with a reason, an address of the server's own network altogether", async () => {
  const { refused } = await client.previewImport({ body: { text: "nothing" } });
  assert.ok(refused[0]?.reason);
  const body = { address: "http://127.0.0.1/agent.json" };
  assert.ok((await errorOf(client.previewImport({ body }))) instanceof Invalid);
});

test("an export is kept with its session", async () => {
  const session_id = await finished("Kept");
  const made = await client.createBundle({ session_id, body: { targets: ["pydantic_ai"] } });
  const file = await client.downloadArtifact({ session_id, artifact_id: made.id });
  assert.ok(file instanceof Uint8Array);
});
