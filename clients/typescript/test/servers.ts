// The servers that the tests talk to; whoever runs the tests starts them and names them in the environment.
import { createClient, type Client, type Edits, type Step, type TurnEvent } from "../src/index.js";

function named(name: string): string {
  const found = process.env[name];
  if (found === undefined) throw new Error(`The environment names no ${name}; run these tests with pytest tests/clients.`);
  return found;
}

export const address = named("BUILDER_ADDRESS");
/** Led by the offline guide; the other one by an interviewer that says what it is told to. */
export const guidedAddress = named("BUILDER_GUIDED_ADDRESS");
/** A server that asks for tokens, and one that opens it. */
export const closedAddress = named("BUILDER_CLOSED_ADDRESS");
export const token = named("BUILDER_TOKEN");

export const client: Client = createClient({ address });

/** All fields that a finished agent needs. */
export const FINISHED = {
  name: "Triage",
  description: "Sorts letters.",
  return_type: "unstructured",
  system_prompt: "You sort letters by urgency and say why.",
  user_prompt: "Sort this letter.",
};

export async function begun(): Promise<string> {
  return (await client.createSession()).session_id;
}

/** Also what the compiler would refuse, so that the server can. */
export function set(fields: Record<string, unknown>): Edits {
  const operations = Object.entries(fields).map(([field, value]) => ({ action: "set", field, value }) as Step);
  return { operations };
}

export async function finished(name: string): Promise<string> {
  const session_id = await begun();
  await client.editDraft({ session_id, body: set({ ...FINISHED, name }) });
  return session_id;
}

export async function all(events: AsyncIterable<TurnEvent>): Promise<TurnEvent[]> {
  const found: TurnEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

export function textOf(events: TurnEvent[]): string {
  return events.map((event) => (event.event === "TextDelta" ? event.data.text : "")).join("");
}

/** The error that a promise ends with. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => {
      throw new Error(`It went well: ${JSON.stringify(value)}`);
    },
    (error: unknown) => error,
  );
}
