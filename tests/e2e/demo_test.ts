/**
 * The demo, as a visitor meets it: on a terminal, and without one.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { denoDirectory, Sandbox } from "../support/program.ts";

const demo = fileURLToPath(new URL("../../tools/demo.ts", import.meta.url));
const argv = [Deno.execPath(), "run", "-q", "-A", "--no-check", demo];
const ignore = Deno.build.os === "windows";

/** What the demo needs of the tests' environment. */
function outside(sandbox: Sandbox): Record<string, string> {
  const binary = Deno.env.get("WEV_BIN");
  return sandbox.environment({
    DENO_DIR: denoDirectory(),
    ...binary === undefined ? {} : { WEV_BIN: binary },
  });
}

Deno.test({
  name: "demo without a terminal plays the visitor and leaves the home directory alone",
  ignore,
  async fn() {
    using sandbox = new Sandbox();
    const [program = "", ...args] = argv;
    const { code, stdout, stderr } = await new Deno.Command(program, {
      args,
      clearEnv: true,
      env: outside(sandbox),
      stdin: "null",
    }).output();
    const shown = new TextDecoder().decode(stdout);
    strictEqual(code, 0, new TextDecoder().decode(stderr) + shown);
    match(shown, /\$ aws s3 ls\n[^$]*AccessDenied/);
    match(shown, /\$ wev aws s3 ls\n[^$]*Token: \*{6}\n[^$]* my-bucket\n/);
    match(shown, /\$ wev aws s3 ls\n[^$]*\d my-bucket\n\nYour authenticator/);
    ok(!shown.includes("\x1b"), shown);
    deepStrictEqual([...Deno.readDirSync(sandbox.home)].map(({ name }) => name), ["project"]);
  },
});

Deno.test({
  name: "demo on a terminal gives the visitor a shell",
  ignore,
  async fn() {
    using sandbox = new Sandbox();
    await using terminal = sandbox.startCommand(argv, { env: outside(sandbox) });
    await terminal.waitFor("Your authenticator shows ");
    const shown = await terminal.waitFor("\n$ ");
    await terminal.type("wev aws s3 ls\r");
    await terminal.waitFor("Token:");
    await terminal.type(`${shown.slice(0, 6)}\r`);
    await terminal.waitFor("my-bucket");
    await terminal.waitFor("\n$ ");
    // Ctrl-C ends what runs in the shell, and not the demo.
    await terminal.type("wev --refresh aws s3 ls\r");
    await terminal.waitFor("Token:");
    await terminal.type("\x03");
    await terminal.waitFor("\n$ ");
    await terminal.type("exit\r");
    strictEqual(await terminal.end(), 0);
  },
});
