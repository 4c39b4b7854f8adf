// What must not compile. Only the compiler reads this file: an expected error that does not come is an error.
import { createClient, type Agent, type TurnEvent } from "../src/index.js";

const client = createClient({ address: "http://127.0.0.1:8501/api" });

// @ts-expect-error there is no client without an address
createClient({});
// @ts-expect-error a session has an id
void client.getSession({});
// @ts-expect-error an id is text
void client.getSession({ session_id: 5 });
// @ts-expect-error there is no such call
void client.explode();
// @ts-expect-error a call takes no parts that it does not know
void client.listSessions({ colour: "red" });
// @ts-expect-error modes have names
void client.createSession({ body: { mode: "slow" } });
// @ts-expect-error an edit has operations
void client.editDraft({ session_id: "", body: {} });
// @ts-expect-error actions have names
void client.editDraft({ session_id: "", body: { operations: [{ action: "explode", field: "name" }] } });
// @ts-expect-error a tone is text
void client.editDraft({ session_id: "", body: { operations: [{ action: "set", field: "tone", value: 5 }] } });
// @ts-expect-error an output has a key
void client.editDraft({ session_id: "", body: { operations: [{ action: "drop", field: "schema_definition" }] } });
// @ts-expect-error reads take no key
void client.listSessions({ idempotencyKey: "x" });
// @ts-expect-error a new agent has no earlier version
void client.createAgent({ body: {}, ifMatch: 1 });
// @ts-expect-error a running reply is followed by `follow`
void client.followReply({ session_id: "" });

export async function answers(): Promise<string | undefined> {
  const session = await client.createSession();
  // @ts-expect-error progress is a number
  const progress: string = session.progress;
  // @ts-expect-error there may be no reply
  session.reply.text;
  // @ts-expect-error it may not be finished yet
  (await client.getConfiguration({ session_id: session.session_id })).name;
  const gone: undefined = await client.deleteSession({ session_id: session.session_id, ifMatch: session.revision });
  const agent: Agent = await client.getAgent({ agent_id: "" });
  await client.createAgent({ body: agent.configuration, note: "y" });
  // @ts-expect-error a configuration has prompts
  await client.createAgent({ body: { name: "x", description: "y", return_type: "unstructured" } });
  const file: Uint8Array = await client.exportAgents({ id: [agent.id] });
  const alive: string = await client.pingServer();
  void [gone, file, alive];
  return progress;
}

export function told(event: TurnEvent): string {
  switch (event.event) {
    case "TextDelta":
      return event.data.text;
    case "Finished":
      // @ts-expect-error only text has a text
      return event.data.text;
    case "DraftChanged":
      return event.data.change.field;
    // @ts-expect-error there is no such event
    case "Exploded":
      return "";
    default:
      // @ts-expect-error what is left has other kinds
      if (event.event === "TextDelta") return "";
      return event.event;
  }
}
