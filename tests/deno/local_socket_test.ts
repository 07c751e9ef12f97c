import assert from "node:assert/strict";
import { connectTo, listenAt } from "../../src/deno/local_socket.ts";

function directory(): string {
  return Deno.realPathSync(Deno.makeTempDirSync({ prefix: "wev-test-" }));
}

for (const [what, more] of [["a path", ""], ["a path too long for an address", "x".repeat(150)]]) {
  Deno.test({
    name: `two processes of one user talk in lines at ${what}`,
    ignore: Deno.build.os !== "linux",
    async fn() {
      const root = directory();
      const path = `${root}/d${more}/s`;
      Deno.mkdirSync(`${root}/d${more}`);
      const listener = listenAt(path)!;
      const accepted = listener.accept();
      const client = connectTo(path)!;
      const server = (await accepted)!;
      assert.ok(client.write("one"));
      assert.ok(client.write("zwei: ü"));
      assert.equal(await server.read(), "one");
      assert.equal(await server.read(), "zwei: ü");
      assert.ok(server.write("three"));
      assert.equal(await client.read(), "three");
      const end = client.read();
      await server.close();
      assert.equal(await end, undefined);
      assert.equal(client.write("more"), false);
      const none = listener.accept();
      await Promise.all([listener.close(), client.close()]);
      assert.equal(await none, undefined);
      assert.equal(connectTo(path), undefined);
      Deno.removeSync(root, { recursive: true });
    },
  });
}

Deno.test({
  name: "a read ends when the connection is closed here",
  ignore: Deno.build.os === "windows",
  async fn() {
    const root = directory();
    const listener = listenAt(`${root}/s`)!;
    const client = connectTo(`${root}/s`)!;
    const read = client.read();
    await client.close();
    assert.equal(await read, undefined);
    await listener.close();
    Deno.removeSync(root, { recursive: true });
  },
});

Deno.test({
  name: "a line has an end, or is not read",
  ignore: Deno.build.os === "windows",
  async fn() {
    const root = directory();
    const listener = listenAt(`${root}/s`)!;
    const client = connectTo(`${root}/s`)!;
    const server = (await listener.accept())!;
    const read = server.read();
    client.write("x".repeat(70_000));
    assert.equal(await read, undefined);
    await Promise.all([client.close(), server.close(), listener.close()]);
    Deno.removeSync(root, { recursive: true });
  },
});

Deno.test({
  name: "a line that the other side does not take is not waited for",
  ignore: Deno.build.os === "windows",
  async fn() {
    const root = directory();
    const listener = listenAt(`${root}/s`)!;
    const client = connectTo(`${root}/s`)!;
    let sent = 0;
    while (sent < 1_000 && client.write("x".repeat(10_000))) sent++;
    assert.ok(sent > 0 && sent < 1_000);
    await Promise.all([client.close(), listener.close()]);
    Deno.removeSync(root, { recursive: true });
  },
});
