// One agent of Agent Builder: its prompts, filled, and its output, checked. For browsers and Node 20 or newer.
// In Node the token, where the server asks for one, is read from AGENT_BUILDER_TOKEN. A page never has a
// token: let it call a server of yours that has one (see the snippet "Express").
// Checking the output of an agent with structured data needs the package "ajv".

export const BASE_URL = "<base_url>";
export const AGENT = "<id>";
/** What each says belongs there: put yours in its place. */
export const VALUES = "<values>";

/** The agent as it was saved: name, prompts, schema_definition. With a `version`, always that one. */
export async function configuration({ baseUrl = BASE_URL, agent = AGENT, version, signal } = {}) {
  const token = globalThis.process?.env?.AGENT_BUILDER_TOKEN;
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const path = version ? `/versions/${version}` : "";
  const answer = await fetch(`${baseUrl}/v1/agents/${agent}${path}`, { headers, signal });
  const found = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(`${found.detail ?? `Status ${answer.status}.`} ${found.next_step ?? ""}`.trim());
  return found.configuration;
}

/** The prompt ("system" or "user") as a model gets it. Refuses a placeholder without a value. */
export function prompt(agent, kind, values) {
  const { content } = agent.prompts.find((each) => each.prompt_type === kind);
  return content.replace(/\{\{|\}\}|\{([a-z][a-z0-9_]*)\}/g, (sign, name) => {
    if (!name) return sign[0];
    if (!Object.hasOwn(values, name)) throw new Error(`There is no value for {${name}}.`);
    return values[name];
  });
}

/** What a program uses: data that fits the agent's schema, or the text as it is. */
export async function output(agent, answer) {
  if (agent.return_type === "unstructured") return answer;
  const { Ajv2020 } = await import("ajv/dist/2020.js");
  const checker = new Ajv2020({ strict: false, validateFormats: false });
  const found = JSON.parse(answer);
  if (!checker.validate(agent.schema_definition, found)) throw new Error(checker.errorsText());
  return found;
}
