/**
 * What only the compiled program has to prove: that it is all there in one file.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { hasProgram } from "../support/has_program.ts";
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

test("install.sh knows the executable as wev, without running it", async (sandbox) => {
  const copy = sandbox.write("bin/wev", "");
  await Deno.copyFile(executable, copy);
  await Deno.chmod(copy, 0o644);
  const script = fileURLToPath(new URL("../../install.sh", import.meta.url));
  const { code, stderr } = await printed("sh", [script, `${sandbox.root}/bin`], {
    cwd: sandbox.project,
    env: {
      HOME: sandbox.home,
      PATH: Deno.env.get("PATH") ?? "",
      WEV_DOWNLOAD_BASE: "http://127.0.0.1:1/releases",
    },
  });
  strictEqual(code, 1);
  match(stderr, /Cannot download .*SHA256SUMS\n$/);
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

test("the executable tells its version, machine, Deno and commit", async (sandbox) => {
  const { code, stdout } = await sandbox.run(["--version"]);
  strictEqual(code, 0);
  const commit = "commit (?:[0-9a-f]{12}(?:-dirty)?|unknown)";
  const { target } = Deno.build;
  const { version } = manifest;
  match(
    stdout,
    new RegExp(`^wev ${version} \\(${target}, Deno \\d+\\.\\d+\\.\\d+, ${commit}\\)\n$`),
  );
});

test("the executable adds 2 MB at most to the bare runtime", async () => {
  const content = new DataView((await Deno.readFile(executable)).buffer);
  // The runtime is a whole ELF file: it ends with its table of sections.
  const runtime = Number(content.getBigUint64(0x28, true)) +
    content.getUint16(0x3a, true) * content.getUint16(0x3c, true);
  const added = content.byteLength - runtime;
  ok(added > 0 && added <= 2_000_000, `${added} bytes`);
}, Deno.build.os === "linux");

test("the executable needs no Deno, no npm and no network", async (sandbox) => {
  // What unshare starts has no network but a loopback that is down, and no more of a PATH than this.
  await Deno.mkdir(`${sandbox.root}/bin`);
  await Deno.symlink("/usr/bin/printenv", `${sandbox.root}/bin/printenv`);
  const env = { HOME: sandbox.home, PATH: `${sandbox.root}/bin` };
  const args = ["--net", executable, "printenv", "GREETING"];
  const expected = { code: 0, stdout: "hi\n", stderr: "" };
  deepStrictEqual(await printed("/usr/bin/unshare", args, { cwd: sandbox.project, env }), expected);
}, await canUnshare());

test("the executable runs for another user", async (sandbox) => {
  const nobody = 65534;
  // Wherever it was made may be closed to others.
  const copy = sandbox.write("wev", "");
  await Deno.copyFile(executable, copy);
  await Deno.chmod(copy, 0o755);
  await Deno.chmod(sandbox.root, 0o755);
  await Deno.chown(sandbox.home, nobody, nobody);
  const ids = [`--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"];
  const options = { cwd: sandbox.project, env: { HOME: sandbox.home, PATH: "/usr/bin:/bin" } };
  const args = [...ids, copy, "printenv", "GREETING"];
  const expected = { code: 0, stdout: "hi\n", stderr: "" };
  deepStrictEqual(await printed("/usr/bin/setpriv", args, options), expected);
  strictEqual((await Deno.stat(`${sandbox.home}/.cache/wev`)).uid, nobody);
}, Deno.build.os === "linux" && Deno.uid() === 0 && hasProgram("setpriv"));

test("the executable passes text on without a LANG", async (sandbox) => {
  sandbox.write(
    "home/project/wev.yml",
    'A:\n  plugin:\n    id: wev-echo\n    value: "h\u00e9 \u{1f600}"\n',
  );
  const options = { cwd: sandbox.project, env: { HOME: sandbox.home, PATH: "/usr/bin:/bin" } };
  const expected = { code: 0, stdout: "h\u00e9 \u{1f600}\n", stderr: "" };
  deepStrictEqual(await printed(executable, ["printenv", "A"], options), expected);
}, unix);

test(
  "the executable says that it sends nothing to an endpoint that is not AWS's, and asks nobody",
  async (sandbox) => {
    const names = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]";
    sandbox.write("home/project/wev.yml", `${names}:\n  plugin:\n    id: wev-awsmfa\n`);
    const env = {
      AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
      AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
      AWS_ENDPOINT_URL: "https://sts.example.com",
    };
    await using terminal = sandbox.start(["true"], { env });
    strictEqual(await terminal.end(), 125);
    match(terminal.shown, /sends no credentials to sts\.example\.com/);
    ok(!/Allow\?|\[y\/n/.test(terminal.shown), terminal.shown);
  },
  unix,
);

/** Whether a test may run a program without a network, which takes root. */
async function canUnshare(): Promise<boolean> {
  if (executable === "" || Deno.build.os !== "linux" || !hasProgram("unshare")) return false;
  const { success } = await new Deno.Command("unshare", {
    args: ["--net", "true"],
    stderr: "null",
  }).output();
  return success;
}
