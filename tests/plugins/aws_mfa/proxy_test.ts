import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { request } from "node:https";
import { agentsOf } from "../../../src/plugins/aws_mfa/proxy.ts";

/** Sends a request to STS and returns what came of it: a proxy that refuses answers 502. */
async function outcome(variables: Readonly<Record<string, string>>): Promise<string> {
  const { httpsAgent } = agentsOf({ keepAlive: false }, (name) => variables[name]);
  return await new Promise((resolve) => {
    const sent = request("https://127.0.0.1:9/", { agent: httpsAgent }, (response) => {
      response.resume();
      resolve(String(response.statusCode));
    });
    sent.on("error", (error: Error & { code?: string }) => resolve(error.code ?? error.message));
    sent.end();
  });
}

/** A proxy that refuses every tunnel, and notes where they were to go. */
async function withProxy(test: (proxy: string, tunnels: string[]) => Promise<void>): Promise<void> {
  const tunnels: string[] = [];
  const server = createServer();
  server.on("connect", ({ url, headers }, socket) => {
    tunnels.push(`${url} ${headers["proxy-authorization"] ?? "-"}`);
    socket.end("HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await test(`127.0.0.1:${(server.address() as AddressInfo).port}`, tunnels);
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
}

for (const name of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) {
  Deno.test(`agentsOf() goes through ${name}, with its user and password`, async () => {
    await withProxy(async (proxy, tunnels) => {
      await outcome({ [name]: `http://ann:secret@${proxy}` });
      assert.deepEqual(tunnels, [`127.0.0.1:9 Basic ${btoa("ann:secret")}`]);
    });
  });
}

Deno.test("agentsOf() goes straight where NO_PROXY has the host", async () => {
  await withProxy(async (proxy, tunnels) => {
    const env = { HTTPS_PROXY: `http://${proxy}`, NO_PROXY: "127.0.0.1" };
    assert.equal(await outcome(env), "ECONNREFUSED");
    assert.deepEqual(tunnels, []);
  });
});
