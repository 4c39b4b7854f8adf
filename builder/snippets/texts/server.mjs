// To start: npm install express && AGENT_BUILDER_TOKEN=... node server.mjs
//
// A server of yours between your pages and Agent Builder: it keeps the token, and only the calls below go through.
// Pages then use "/api" of this server as their address.

import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import express from "express";

const BASE_URL = "<base_url>";
const TOKEN_NEEDED = "<tokens_required>";
const ALLOWED = new Set("<allowed>");

const token = process.env.AGENT_BUILDER_TOKEN;
if (!token && TOKEN_NEEDED) throw new Error("Set AGENT_BUILDER_TOKEN to a token of Agent Builder.");

const app = express();
app.disable("x-powered-by");
// Who may talk at all is for you to say: put your sign-in here, before the calls go on.
app.use("/api", express.raw({ type: "application/json", limit: "200kb" }), proxy);
app.use(express.static("public"));
app.use((error, request, response, next) => refuse(response, error.status ?? 500, "This cannot be read."));

async function proxy(request, response) {
  if (!ALLOWED.has(`${request.method} ${request.path}`)) {
    return refuse(response, 404, "This call does not go through here.");
  }
  const query = request.url.slice(request.url.split("?", 1)[0].length);
  const leaving = new AbortController();
  response.on("close", () => leaving.abort()); // who goes away ends the call
  let answer;
  try {
    answer = await fetch(BASE_URL + request.path + query, {
      method: request.method,
      headers: sent(request),
      body: request.method === "POST" && Buffer.isBuffer(request.body) ? request.body : undefined,
      redirect: "error",
      signal: leaving.signal,
    });
  } catch {
    return leaving.signal.aborted || refuse(response, 502, "Agent Builder cannot be reached.");
  }
  response.status(answer.status);
  for (const name of ["content-type", "retry-after", "x-accel-buffering"]) {
    if (answer.headers.has(name)) response.set(name, answer.headers.get(name));
  }
  response.set("Cache-Control", "no-store").flushHeaders(); // at once: the words follow as they are made
  if (!answer.body) return response.end();
  await pipeline(Readable.fromWeb(answer.body), response).catch(() => response.destroy());
}

/** Nothing of the visitor goes on but what the call is about: no cookie, no Authorization. */
function sent(request) {
  const headers = { Accept: request.get("accept") ?? "application/json" };
  if (request.method === "POST") headers["Content-Type"] = "application/json";
  if (token) headers.Authorization = `Bearer ${token}`;
  return headers;
}

function refuse(response, status, detail) {
  response.status(status).type("application/problem+json").send(JSON.stringify({ status, detail }));
}

const server = app.listen(Number(process.env.PORT ?? 3000), process.env.HOST ?? "127.0.0.1", () => {
  console.log(`ready: http://${process.env.HOST ?? "127.0.0.1"}:${server.address().port}`);
});
