// A whole interview with the offline guide, as a program without a language model would hold it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createClient } from "../src/index.js";
import { guidedAddress } from "./servers.js";

const guided = createClient({ address: guidedAddress });
const SPEC =
  "An agent called MailSorter that reads support mail. It gives back structured data: the urgency, low or high, " +
  "and the topic as a text.";

test("an interview is held to its end, and its agent saved", async () => {
  const { session_id } = await guided.createSession({ body: { mode: "quick" } });
  let [words, rounds] = [SPEC, 0];
  while ((await guided.getConfiguration({ session_id })) === undefined && rounds < 12) {
    let replies: string[] = [];
    for await (const { event, data } of guided.send(session_id, words)) {
      if (event === "Suggested") replies = data.replies;
    }
    words = replies.find((reply) => reply.toLowerCase().startsWith("yes")) ?? "You decide";
    rounds += 1;
  }
  const configuration = await guided.getConfiguration({ session_id });
  assert.equal(configuration?.name, "MailSorter");
  assert.equal(configuration.return_type, "structured");
  assert.equal((await guided.getSessionStatus({ session_id })).stage, "COMPLETED");
  const { agent_id } = await guided.saveSession({ session_id });
  assert.deepEqual((await guided.getAgent({ agent_id })).configuration, configuration);
});

test("the plain calls give the whole interview too, line by line", async () => {
  const { session_id } = await guided.beginPlainSession();
  const lines = await guided.sendPlainMessage({ body: { prompt: "hello", session_id } });
  assert.deepEqual([lines[0]?.role, lines[0]?.content], ["user", "hello"]);
  assert.ok(lines.at(-1)?.content);
  assert.equal(await guided.getPlainConfiguration({ session_id }), undefined);
});

test("one call makes a configuration of one description", async () => {
  const made = await guided.generateAgent({ body: { spec: SPEC } });
  assert.ok(!Array.isArray(made));
  assert.equal(made.name, "MailSorter");
});
