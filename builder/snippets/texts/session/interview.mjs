// A talk with one session of Agent Builder: for browsers and for Node 20 or newer, without any package.
// In Node the token, where the server asks for one, is read from AGENT_BUILDER_TOKEN. A page never has a
// token: let it call a server of yours that has one (see the snippet "Express").

export const BASE_URL = "<base_url>";
export const SESSION = "<id>";

/** The server said no: `status`, what happened, and what to do next. */
export class Refused extends Error {
  constructor(status, problem) {
    super(`${problem.detail ?? `Status ${status}.`} ${problem.next_step ?? ""}`.trim());
    this.name = "Refused";
    this.status = status;
  }
}

async function call(method, path, body, { baseUrl = BASE_URL, session = SESSION, signal } = {}) {
  const token = globalThis.process?.env?.AGENT_BUILDER_TOKEN;
  const headers = { Accept: path === "/message" ? "text/event-stream" : "application/json" };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(`${baseUrl}/v1/sessions/${session}${path}`, {
    method,
    headers,
    body: body && JSON.stringify(body),
    signal,
  });
  if (!answer.ok) throw new Refused(answer.status, await answer.json().catch(() => ({})));
  return answer;
}

/** Says something. Yields what happens while the reply is made; `text` is the reply so far. */
export async function* send(message, options) {
  const answer = await call("POST", "/message", { message }, options);
  let text = "";
  for await (const { kind, data } of events(answer.body)) {
    if (kind === "TextDelta") text += data.text;
    if (kind === "TextTakenBack") text = ""; // it was only half an answer, and begins anew
    if (kind === "Failed") throw new Refused(200, { detail: data.reason, next_step: data.next_step });
    yield { kind, data, text };
  }
}

/** Stage, progress, what is collected and what is missing. */
export async function status(options) {
  return (await call("GET", "/status", undefined, options)).json();
}

/** What was said so far, oldest first: `messages`, and the interviewer's `opening`. */
export async function talk(options) {
  return (await call("GET", "/talk", undefined, options)).json();
}

/** Ends the running reply; what was said by then is kept. */
export async function stop(options) {
  await call("POST", "/stop", undefined, options);
}

/** The finished configuration; null while the talk goes on. */
export async function configuration(options) {
  const answer = await call("GET", "/configuration", undefined, options);
  return answer.status === 200 ? answer.json() : null;
}

/** The frames of a stream of Server-Sent Events. A frame may come in pieces, or several at once. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      const frames = (rest + value).split("\n\n");
      rest = frames.pop();
      for (const frame of frames) {
        const parts = frame.split("\n").map((line) => line.split(/: (.*)/s, 2));
        const { event, data } = Object.fromEntries(parts);
        if (data) yield { kind: event, data: JSON.parse(data) };
      }
    }
  } finally {
    await reader.cancel().catch(() => {}); // whoever stops reading lets go of the connection
  }
}
