// node example.mjs "What is still open?"

import { configuration, send, status } from "./interview.mjs";

const message = process.argv.slice(2).join(" ") || "What is still open?";
for await (const { kind, data } of send(message)) {
  if (kind === "TextDelta") process.stdout.write(data.text);
  if (kind === "TextTakenBack") process.stdout.write("\n(again)\n");
}
const { stage, progress } = await status();
console.log(`\n\nStage: ${stage}, ${progress} %`);
console.log(JSON.stringify(await configuration(), null, 2));
