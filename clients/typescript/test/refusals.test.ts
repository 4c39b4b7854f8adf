// Tokens, servers that are not there, answers that are none of ours.
import assert from "node:assert/strict";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { BadAnswer, ConnectionLost, createClient, NoToken, Refused, TooMany, Unavailable } from "../src/index.js";
import { closedAddress, errorOf, token } from "./servers.js";

/** What `use` gives with a server that answers like this. */
async function against<Value>(answer: RequestListener, use: (address: string) => Promise<Value>): Promise<Value> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a server that asks for tokens opens to one", async () => {
  assert.ok((await errorOf(createClient({ address: closedAddress }).listSessions())) instanceof NoToken);
  const open = createClient({ address: closedAddress, token });
  assert.ok((await open.createSession()).session_id);
});

test("no token shows in an error", async () => {
  const secret = "builder_secret";
  const error = await errorOf(createClient({ address: closedAddress, token: secret }).listSessions());
  assert.ok(error instanceof NoToken);
  assert.ok(!JSON.stringify(error).includes(secret) && !String(error.stack).includes(secret));
});

test("an id that would lead to another call is sent to nobody", async () => {
  const paths: (string | undefined)[] = [];
  await against(
    (request, response) => {
      paths.push(request.url);
      response.writeHead(204).end();
    },
    async (address) => {
      const client = createClient({ address });
      for (const id of ["..", ".", ""]) {
        await assert.rejects(async () => client.deleteSession({ session_id: id }), TypeError);
      }
      await client.deleteSession({ session_id: "../agents?x#%2e%2e" });
    },
  );
  assert.deepEqual(paths, ["/api/v1/sessions/..%2Fagents%3Fx%23%252e%252e"]);
});

test("a write that found nobody there is sent again under the same key", async () => {
  const keys: unknown[] = [];
  const session = await against(
    (request, response) => {
      keys.push(request.headers["idempotency-key"]);
      if (keys.length < 3) request.socket.destroy();
      else response.writeHead(201, { "Content-Type": "application/json" }).end('{"session_id": "s"}');
    },
    (address) => createClient({ address }).createSession(),
  );
  assert.equal(session.session_id, "s");
  assert.equal(keys.length, 3);
  assert.equal(new Set(keys).size, 1);
  assert.match(String(keys[0]), /^[0-9a-f]{32}$/);
});

test("a server that is not there is a lost connection with its cause", async () => {
  const gone = await against((_, response) => response.end(), async (address) => address);
  const error = await errorOf(createClient({ address: gone, retries: 1 }).getHealth());
  assert.ok(error instanceof ConnectionLost && error.cause instanceof TypeError);
});

test("an abort ends the wait between two tries, and one that came before it too", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] }); // the pause does not end by itself
  for (const later of [true, false]) {
    const leaving = new AbortController();
    const fails: typeof fetch = async () => {
      if (later) setImmediate(() => leaving.abort());
      else leaving.abort();
      throw new TypeError("fetch failed");
    };
    const client = createClient({ address: "http://127.0.0.1:9/api", fetch: fails });
    const error = await errorOf(client.listSessions({ signal: leaving.signal }));
    assert.ok(error instanceof DOMException && error.name === "AbortError");
  }
});

test("Retry-After is told in seconds", async () => {
  const problem = { type: "/problems/too-many", title: "", detail: "Too many.", next_step: "Wait.", status: 429 };
  const error = await errorOf(
    against(
      (_, response) => {
        response.writeHead(429, { "Content-Type": "application/problem+json", "Retry-After": "7" });
        response.end(JSON.stringify(problem));
      },
      (address) => createClient({ address }).listSessions(),
    ),
  );
  assert.ok(error instanceof TooMany);
  assert.deepEqual([error.retryAfter, error.reason, error.nextStep], [7, "Too many.", "Wait."]);
});

test("a proxy that answers in its own way is a refusal all the same", async () => {
  for (const text of ["<html>down</html>", "null", "[]", '{"type": 5}', ""]) {
    const error = await errorOf(
      against(
        (_, response) => response.writeHead(503).end(text),
        (address) => createClient({ address }).listSessions(),
      ),
    );
    assert.ok(error instanceof Unavailable && error instanceof Refused);
    assert.equal(error.status, 503);
    assert.ok(error.reason.includes("503"));
  }
});

test("an answer that is no JSON, or breaks off, is no answer", async () => {
  const kind = { "Content-Type": "application/json" };
  const call = (address: string) => createClient({ address }).listSessions();
  const garbled = against((_, response) => response.writeHead(200, kind).end("{half"), call);
  assert.ok((await errorOf(garbled)) instanceof BadAnswer);
  const cut = against((request, response) => {
    response.writeHead(200, { ...kind, "Content-Length": "1000" }).write("{");
    setTimeout(() => request.socket.destroy(), 50);
  }, call);
  assert.ok((await errorOf(cut)) instanceof ConnectionLost);
});
