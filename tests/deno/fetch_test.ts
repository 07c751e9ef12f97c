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

Deno.test("createFetch() sends nothing where a request may not go", async () => {
  let connections = 0;
  const refusal = new Error("Not there");
  const checked: string[] = [];
  const picky = createFetch({
    connectTimeout: 400,
    certificates: [],
    check(url) {
      checked.push(url.hostname);
      throw refusal;
    },
    secrets: { always, inRefusals },
  });
  await withServer(() => Promise.resolve(void connections++), async (url) => {
    await assert.rejects(picky(post(url)), refusal);
  });
  assert.deepEqual([checked, connections], [["127.0.0.1"], 0]);
});

const withBody = (status: string, body: string) =>
  answering(
    `HTTP/1.1 ${status}\r\nX-Test: ${body}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
  );

Deno.test("createFetch() hides secrets in an answer, and more of them in a refusal", async () => {
  always.add("planted-secret-key").add("123456");
  inRefusals.add("planted-external-id").add("hunter2");
  Deno.env.set("HTTPS_PROXY", "http://ann:planted%2Fpassword@127.0.0.1:1");
  try {
    const text = "planted-secret-key 123456 planted-external-id hunter2 planted/password";
    await withServer(withBody("200 OK", text), async (url) => {
      const answer = await send(post(url));
      const hidden = "[secret] [secret] planted-external-id hunter2 planted/password";
      assert.equal(answer.headers.get("x-test"), hidden);
      assert.equal(await answer.text(), hidden);
    });
    await withServer(withBody("403 Forbidden", text), async (url) => {
      const answer = await send(post(url));
      const hidden = "[secret] [secret] [secret] [secret] [secret]";
      assert.equal(answer.headers.get("x-test"), hidden);
      assert.equal(await answer.text(), hidden);
    });
  } finally {
    Deno.env.delete("HTTPS_PROXY");
    always.clear();
    inRefusals.clear();
  }
});

Deno.test("createFetch() leaves an answer without secrets as it is, byte by byte", async () => {
  always.add("planted-secret-key");
  const bytes = new Uint8Array([0, 0xff, 0xfe, 0x80, 0xef, 0xbb, 0xbf]);
  await withServer(async (connection) => {
    await answering(`HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`)(connection);
    await connection.write(bytes);
  }, async (url) => {
    assert.deepEqual(await (await send(post(url))).bytes(), bytes);
  });
  always.clear();
});

for (const [size, isTaken] of [[1_048_576, true], [1_048_577, false]] as const) {
  Deno.test(`createFetch() ${isTaken ? "takes" : "refuses"} an answer of ${size} bytes`, async () => {
    const body = new Blob(["x".repeat(size)]).stream().pipeThrough(new CompressionStream("gzip"));
    const bytes = await new Response(body).bytes();
    const head =
      `HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: ${bytes.length}\r\n\r\n`;
    await withServer(async (connection) => {
      await answering(head)(connection);
      await connection.write(bytes);
    }, async (url) => {
      const answer = send(post(url));
      if (isTaken) assert.equal((await (await answer).bytes()).length, size);
      else assert.equal(await codeOf(answer), "EMSGSIZE");
    });
  });
}

for (
  const [what, headers] of Object.entries({
    "too many headers": Array.from({ length: 300 }, (_, at) => `X-${at}: x\r\n`).join(""),
    "headers that are too large": `X: ${"x".repeat(1_000_000)}\r\n`,
  })
) {
  Deno.test(`createFetch() refuses an answer with ${what}`, async () => {
    await withServer(async (connection) => {
      await answering(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 0\r\n\r\n`)(connection)
        .catch(() => {});
    }, async (url) => {
      assert.equal(await codeOf(send(post(url))), "EMSGSIZE");
    });
  });
}

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
