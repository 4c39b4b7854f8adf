// The hook in use: a form with a box for each placeholder. `onPrompts` gets the two prompts, filled:
// with them a server of yours calls a language model.

import { prompt } from "./agent.mjs";
import { useAgent } from "./useAgent.mjs";

export function AgentForm({ agent: id, baseUrl, onPrompts }) {
  const { agent, error } = useAgent(id, baseUrl);
  if (error) return <p role="alert">{error.message}</p>;
  if (!agent) return <p aria-busy>…</p>;
  const gaps = Object.entries(Object.assign({}, ...agent.prompts.map((each) => each.placeholders)));

  function submit(event) {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(event.currentTarget));
    onPrompts(prompt(agent, "system", values), prompt(agent, "user", values));
  }

  return (
    <form onSubmit={submit} aria-label={agent.name}>
      {gaps.map(([name, sentence]) => (
        <label key={name}>
          {sentence}
          <textarea name={name} required />
        </label>
      ))}
      <button>{agent.name}</button>
    </form>
  );
}
