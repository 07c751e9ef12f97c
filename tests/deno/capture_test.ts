import assert from "node:assert/strict";
import { capture } from "../../src/deno/capture.ts";
import { ExecutionError } from "../../src/runtime.ts";

const ignore = Deno.build.os === "windows";
const TIMEOUT = 10_000;

function sh(script: string, options: Partial<Parameters<typeof capture>[1]> = {}) {
  return capture(["sh", "-c", script], { timeout: TIMEOUT, ...options });
}

Deno.test({
  name: "capture() returns what a program prints, and its exit code",
  ignore,
  async fn() {
    assert.deepEqual(await sh("printf 'ä\\nb'; exit 3"), { stdout: "ä\nb", code: 3 });
  },
});

Deno.test({
  name: "capture() gives the input, and its end",
  ignore,
  async fn() {
    const input = "x".repeat(300_000);
    const { stdout } = await sh("wc -c", { input });
    assert.equal(stdout.trim(), "300000");
    assert.equal((await sh("cat")).stdout, "");
  },
});

Deno.test({
  name: "capture() does not mind a program that reads no input",
  ignore,
  async fn() {
    const { stdout, code } = await sh("exec 0<&-; echo done", { input: "x".repeat(300_000) });
    assert.deepEqual([stdout, code], ["done\n", 0]);
  },
});

Deno.test({
  name: "capture() kills a program that takes too long",
  ignore,
  async fn() {
    const start = performance.now();
    const { stdout, code, stopped } = await sh("echo begun; exec sleep 60", { timeout: 300 });
    assert.deepEqual([stdout, code, stopped], ["begun\n", 137, "time"]);
    assert.ok(performance.now() - start < 5_000);
  },
});

Deno.test({
  name: "capture() does not wait for what a program leaves running with its output",
  ignore,
  async fn() {
    const start = performance.now();
    const { stdout } = await sh("sleep 5 & echo done");
    assert.equal(stdout, "done\n");
    assert.ok(performance.now() - start < 3_000);
  },
});

Deno.test({
  name: "capture() kills a program that prints without end",
  ignore,
  async fn() {
    const { stopped, stdout } = await sh("exec yes");
    assert.equal(stopped, "output");
    assert.ok(stdout.length <= 1_048_576);
  },
});

Deno.test({
  name: "capture() throws the system's reason where there is no such program",
  async fn() {
    await assert.rejects(capture(["no-such-program"], { timeout: TIMEOUT }), (error) => {
      assert.ok(error instanceof ExecutionError);
      assert.equal(error.code, "ENOENT");
      return true;
    });
  },
});
