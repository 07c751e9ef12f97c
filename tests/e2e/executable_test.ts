/**
 * What only the compiled program has to prove: that it is all there in one file.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import { Sandbox } from "../support/program.ts";

const executable = Deno.env.get("WEV_BIN") ?? "";
const unix = Deno.build.os !== "windows";

/** A test of the compiled program; there is none where the tests run wev from source. */
function test(name: string, run: (sandbox: Sandbox) => Promise<void>, on = true): void {
  Deno.test(name, { ignore: executable === "" || !on }, async () => {
    using sandbox = new Sandbox();
    sandbox.write(
      "home/project/wev.yml",
      "GREETING:\n  plugin:\n    id: wev-echo\n    value: hi\n",
    );
    await run(sandbox);
  });
}

/** Runs `program` with no more of an environment than `env`, and returns what it printed. */
async function printed(
  program: string,
  args: readonly string[],
  options: { cwd: string; env: Record<string, string> },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: [...args],
    clearEnv: true,
    ...options,
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function namesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

test("the executable runs through a link, from a path with spaces", async (sandbox) => {
  const copy = sandbox.write("a path with spaces/wev", "");
  await Deno.copyFile(executable, copy);
  await Deno.chmod(copy, 0o755);
  const link = `${sandbox.root}/bin`;
  await Deno.symlink(copy, link);
  const options = { cwd: sandbox.project, env: { HOME: sandbox.home, PATH: "/usr/bin:/bin" } };
  const expected = { code: 0, stdout: "hi\n", stderr: "" };
  deepStrictEqual(await printed(link, ["printenv", "GREETING"], options), expected);
}, unix);

test("the executable leaves no file but those of the cache", async (sandbox) => {
  const temporary = `${sandbox.root}/tmp`;
  await Deno.mkdir(temporary);
  const env = { HOME: sandbox.home, PATH: "/usr/bin:/bin", TMPDIR: temporary };
  for (const args of [["--explain"], ["true"], ["no-such-command"]]) {
    await printed(executable, args, { cwd: sandbox.project, env });
  }
  deepStrictEqual(namesIn(temporary), []);
  deepStrictEqual(namesIn(sandbox.home), [".cache", "project"]);
  deepStrictEqual(namesIn(`${sandbox.home}/.cache`), ["wev"]);
}, unix);

test("the executable needs no home that can be written", async (sandbox) => {
  // Not even root writes there.
  const env = { HOME: "/proc", PATH: "/usr/bin:/bin", TMPDIR: "/proc" };
  const options = { cwd: sandbox.project, env };
  const expected = { code: 0, stdout: "hi\n", stderr: "" };
  deepStrictEqual(await printed(executable, ["printenv", "GREETING"], options), expected);
}, Deno.build.os === "linux");

test("the executable loads what is loaded on demand", async (sandbox) => {
  sandbox.write("home/project/wev.user.yml", "A:\n  plugin:\n    id: wev-aws\n");
  const { code, stderr } = await sandbox.run(["true"]);
  strictEqual(code, 125);
  ok(stderr.includes("wev-awsmfa"), stderr);
});

test("the executable names no path of the machine that made it", async () => {
  const root = fileURLToPath(new URL("../../", import.meta.url)).slice(0, -1);
  strictEqual(Buffer.from(await Deno.readFile(executable)).indexOf(root), -1);
});
