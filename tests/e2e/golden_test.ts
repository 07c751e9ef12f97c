import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { type GoldenCase, goldenCases } from "../golden/case.ts";
import { AGENT, type RunResult, Sandbox } from "../support/program.ts";

for (const golden of goldenCases) {
  Deno.test(`wev does what Python's wev did in ${golden.name}`, async () => {
    using sandbox = new Sandbox();
    await replay(golden, sandbox);
  });
}

async function replay(golden: GoldenCase, sandbox: Sandbox): Promise<void> {
  const out = `${sandbox.root}/out`;
  const fill = (text: string) =>
    text.replaceAll("{{HOME}}", sandbox.home).replaceAll("{{ROOT}}", sandbox.root)
      .replaceAll("{{OUT}}", out);
  const cwd = fill(golden.cwd);
  prepare(golden, { sandbox, fill });
  const env = { HOME: fill(golden.home), PWD: cwd, ...golden.env };
  const runs = golden.runs ?? [golden.argv ?? []];
  let result: RunResult | undefined;
  for (const argv of runs) {
    result = await sandbox.run(argv.map(fill), { cwd, env, stdin: fill(golden.stdin ?? "") });
  }
  const { exit, ran, stdout_contains } = golden.expect;
  assert.equal(result?.code, exit, result?.stderr);
  for (const piece of stdout_contains ?? []) assert.ok(result?.stdout.includes(fill(piece)));
  if (ran !== undefined) assert.equal(isThere(out), ran);
  if (ran) {
    compareEnvironment(golden, {
      outer: sandbox.environment({ ...AGENT, ...env }),
      inner: read(out),
      fill,
    });
  }
}

function prepare(
  golden: GoldenCase,
  { sandbox, fill }: { sandbox: Sandbox; fill: (text: string) => string },
): void {
  for (const directory of golden.dirs ?? []) {
    Deno.mkdirSync(`${sandbox.root}/${directory}`, { recursive: true });
  }
  for (const [path, content] of Object.entries(golden.files)) {
    const bytes = typeof content === "string"
      ? fill(content)
      : Buffer.from(content.base64, "base64");
    sandbox.write(path, bytes);
  }
  for (const path of golden.executable ?? []) Deno.chmodSync(`${sandbox.root}/${path}`, 0o755);
  if (golden.symlink !== undefined) {
    const { link, target } = golden.symlink;
    Deno.symlinkSync(fill(target), fill(link));
  }
  Deno.mkdirSync(fill(golden.cwd), { recursive: true });
}

function compareEnvironment(
  { expect }: GoldenCase,
  { outer, inner, fill }: {
    outer: Readonly<Record<string, string>>;
    inner: Readonly<Record<string, string>>;
    fill: (text: string) => string;
  },
): void {
  for (const [name, value] of Object.entries(expect.env ?? {})) {
    assert.equal(inner[name], fill(value), name);
  }
  for (const name of expect.unset ?? []) assert.ok(!Object.hasOwn(inner, name), name);
  if (expect.changed === undefined) return;
  const changed = Object.entries(inner).filter(([name, value]) => outer[name] !== value);
  const wanted = Object.entries(expect.changed).map(([name, value]) => [name, fill(value)]);
  assert.deepEqual(Object.fromEntries(changed), Object.fromEntries(wanted));
  assert.deepEqual(Object.keys(outer).filter((name) => !Object.hasOwn(inner, name)), []);
}

function isThere(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Reads an environment as /proc/self/environ has it. */
function read(path: string): Record<string, string> {
  const variables = Deno.readTextFileSync(path).split("\0").filter((line) => line !== "");
  return Object.fromEntries(variables.map((line) => {
    const equals = line.indexOf("=");
    return [line.slice(0, equals), line.slice(equals + 1)];
  }));
}
