// The component of the React snippet, used as a person would; each line of output says what is on the page.
import "./page.ts";
import { strict as assert } from "node:assert";
import { StrictMode, createElement } from "react";
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { Interview } from "./Interview.jsx";
import { useInterview } from "./useInterview.mjs";

const complaints: string[] = [];
console.error = (...said: unknown[]) => complaints.push(said.map(String).join(" "));

const signals: AbortSignal[] = [];
const really = globalThis.fetch;
// As a browser: addresses without a host are of the server that brought the page.
globalThis.fetch = (address, init) => {
  if (init?.signal) signals.push(init.signal);
  return really(new URL(String(address), process.env.ORIGIN), init);
};

const tell = (what: string) => console.log(what);
const patience = { timeout: 20_000 };
const lines = () => [...document.querySelectorAll("p[data-role]")].map((line) => line.textContent);
const say = (text: string) => {
  fireEvent.change(screen.getByLabelText("Message"), { target: { value: text } });
  fireEvent.submit(document.querySelector("form")!);
};
const idle = () => waitFor(() => screen.getByText("Send"), patience);

const page = render(createElement(StrictMode, null, createElement(Interview)));
await waitFor(() => assert.equal(lines().length, 1), patience);
tell("opening");

say("hang");
await waitFor(() => assert.equal(lines().at(-1), "One moment"), patience);
screen.getByText("Stop");
assert.equal(document.querySelector("section")!.getAttribute("aria-busy"), "true");
tell("streaming");
fireEvent.click(screen.getByText("Stop"));
await idle();
tell("stopped");

say("back");
await waitFor(() => assert.equal(lines().at(-1), "The whole answer."), patience);
await idle();
screen.getByText("You decide"); // a suggestion
tell("taken back");

say("down");
await waitFor(() => screen.getByRole("alert"), patience);
tell(`error: ${screen.getByRole("alert").textContent}`);
await idle();

fireEvent.click(screen.getByText("Send")); // nothing written: nothing said
say("say all well");
await waitFor(() => assert.equal(lines().at(-1), "all well"), patience);
assert.equal(screen.queryByRole("alert"), null);
await idle();
assert.deepEqual(lines().slice(1, 3), ["hang", "One moment"]);
tell("all well");

say("hang");
await waitFor(() => assert.equal(lines().at(-1), "One moment"), patience);
page.unmount();
assert.equal(signals.at(-1)!.aborted, true);
tell("gone");

function Other() {
  const { messages, error } = useInterview("00000000-0000-4000-8000-000000000000");
  return createElement("div", null, messages.length, createElement("b", null, error?.message));
}
render(createElement(Other));
await waitFor(() => assert.ok(document.querySelector("b")!.textContent), patience);
tell(`unknown: ${document.querySelector("b")!.textContent}`);
cleanup();
assert.deepEqual(complaints, []);
tell("no complaints");
process.exit(0);
