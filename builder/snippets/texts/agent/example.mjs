// node example.mjs

import { configuration, prompt, VALUES } from "./agent.mjs";

const agent = await configuration(); // the latest; always the same: configuration({ version: "<version>" })
const [system, user] = [prompt(agent, "system", VALUES), prompt(agent, "user", VALUES)];
console.log(`${agent.name}\n\nSystem prompt:\n${system}\n\nUser prompt:\n${user}`);
// Here the call of your language model goes, with the two prompts; `output` then checks its answer:
// console.log(await output(agent, answer));
