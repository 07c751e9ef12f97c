import assert from "node:assert/strict";
import { createFetch } from "../../src/deno/fetch.ts";
import { NetworkError } from "../../src/runtime.ts";

// A proxy of this machine is not what is tested.
for (const name of Object.keys(Deno.env.toObject())) {
  if (/^(?:https?|all|no)_proxy$/i.test(name)) Deno.env.delete(name);
}

const always = new Set<string>();
const inRefusals = new Set<string>();
const send = createFetch({
  connectTimeout: 400,
  certificates: [],
  check: () => {},
  secrets: { always, inRefusals },
});

/** What a server does with each connection. */
type Serve = (connection: Deno.Conn) => Promise<void>;

/** Runs `test` with the URL of a server that does `serve` with each connection. */
async function withServer(serve: Serve, test: (url: string) => Promise<void>): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const serving = (async () => {
    for await (const connection of listener) {
      await serve(connection);
      connection.close();
    }
  })();
  try {
    await test(`http://127.0.0.1:${listener.addr.port}/`);
  } finally {
    listener.close();
    await serving.catch(() => {});
  }
}

/** Reads a request and answers it with `text`. */
function answering(text: string): Serve {
  return async (connection) => {
    await connection.read(new Uint8Array(10_000));
    await connection.write(new TextEncoder().encode(text));
  };
}

async function codeOf(answer: Promise<Response>): Promise<string> {
  const error = await answer.then(() => assert.fail("It should fail"), (error) => error);
  assert.ok(error instanceof NetworkError, String(error));
  return error.code;
}

const post = (url: string) => new Request(url, { method: "POST", body: "Action=Test" });

Deno.test("createFetch() returns the whole answer", async () => {
  const text = "HTTP/1.1 403 Forbidden\r\nX-Test: yes\r\nContent-Length: 2\r\n\r\nno";
  await withServer(answering(text), async (url) => {
    const answer = await send(post(url));
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("x-test"), "yes");
    assert.equal(await answer.text(), "no");
  });
});

Deno.test("createFetch() follows no redirect", async () => {
  let requests = 0;
  const redirect = answering(
    "HTTP/1.1 307 Temporary Redirect\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n",
  );
  await withServer(async (connection) => {
    requests++;
    await redirect(connection);
  }, async (url) => {
    assert.equal((await send(post(url))).status, 307);
  });
  assert.equal(requests, 1);
});

Deno.test("createFetch() says that nothing listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  assert.equal(await codeOf(send(post(`http://127.0.0.1:${listener.addr.port}`))), "ECONNREFUSED");
});

Deno.test("createFetch() says that a name is not found", async () => {
  assert.equal(await codeOf(send(post("http://proxy-refused.invalid/"))), "ENOTFOUND");
});

Deno.test("createFetch() says that the server is no TLS server", async () => {
  await withServer(answering("HTTP/1.1 400 Bad Request\r\n\r\n"), async (url) => {
    assert.equal(await codeOf(send(post(url.replace("http:", "https:")))), "EPROTO");
  });
});

for (
  const [what, serve] of Object.entries<Serve>({
    "before the request": () => Promise.resolve(),
    "before the answer": answering(""),
    "within the answer": answering("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
  })
) {
  Deno.test(`createFetch() sends once and says that the connection broke ${what}`, async () => {
    let requests = 0;
    await withServer(async (connection) => {
      requests++;
      await serve(connection);
    }, async (url) => {
      assert.equal(await codeOf(send(post(url))), "ECONNRESET");
    });
    assert.equal(requests, 1);
  });
}

Deno.test("createFetch() waits for a server that takes the connection and thinks", async () => {
  const slow = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  let first = true;
  await withServer(async (connection) => {
    if (!first) return;
    first = false;
    await new Promise((resolve) => setTimeout(resolve, 900));
    await slow(connection);
  }, async (url) => {
    assert.equal((await send(post(url))).status, 200);
  });
});

Deno.test("createFetch() gives up where no connection comes to stand", async () => {
  // A server that accepts nothing, with as few places for those who wait as there can be.
  const script = `
    const server = require("node:net").createServer();
    server.listen({ host: "127.0.0.1", port: 0, backlog: 1 }, () => {
      require("node:fs").writeSync(1, server.address().port + "\\n");
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const server = new Deno.Command("node", { args: ["-e", script], stdout: "piped" }).spawn();
  const waiting: Deno.Conn[] = [];
  try {
    const reader = server.stdout.getReader();
    const port = Number(new TextDecoder().decode((await reader.read()).value));
    reader.releaseLock();
    for (let count = 0; count < 2; count++) {
      waiting.push(await Deno.connect({ hostname: "127.0.0.1", port }));
    }
    assert.equal(await codeOf(send(post(`http://127.0.0.1:${port}/`))), "ETIMEDOUT");
  } finally {
    for (const connection of waiting) connection.close();
    server.kill("SIGKILL");
    await server.stdout.cancel();
    await server.status;
  }
});
