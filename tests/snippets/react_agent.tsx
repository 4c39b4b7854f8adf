// The form of the React snippet for an agent, used as a person would.
import "./page.ts";
import { strict as assert } from "node:assert";
import { StrictMode, createElement } from "react";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { AgentForm } from "./AgentForm.jsx";

const complaints: string[] = [];
console.error = (...said: unknown[]) => complaints.push(said.map(String).join(" "));
const really = globalThis.fetch;
globalThis.fetch = (address, init) => really(new URL(String(address), process.env.ORIGIN), init);
Object.assign(globalThis, { FormData: window.FormData });

const prompts: string[] = [];
const patience = { timeout: 20_000 };
const form = (more: object) => createElement(AgentForm, { onPrompts: (...two: string[]) => prompts.push(...two), ...more });
render(createElement(StrictMode, null, form({})));
await waitFor(() => screen.getByLabelText("The language."), patience);
fireEvent.change(screen.getByLabelText("The language."), { target: { value: "Welsh {x}" } });
fireEvent.change(screen.getByLabelText("Who comes in."), { target: { value: "Ann" } });
fireEvent.submit(document.querySelector("form")!);
console.log(JSON.stringify(prompts));
cleanup();

render(form({ agent: "00000000-0000-4000-8000-000000000000" }));
await waitFor(() => screen.getByRole("alert"), patience);
console.log(screen.getByRole("alert").textContent);
cleanup();
assert.deepEqual(complaints, []);
process.exit(0);
