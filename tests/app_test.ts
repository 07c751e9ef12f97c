import assert from "node:assert/strict";
import { app } from "../src/app.ts";
import { FakeRuntime } from "./support/fake_runtime.ts";

const echo = (value: string) => `{plugin: {id: wev-echo, value: ${value}}}`;

/** A Windows system with a user, a project and a command. */
function windows(files: Record<string, string> = {}, environment: Record<string, string> = {}) {
  return new FakeRuntime({
    system: "windows",
    workingDirectory: "C:\\Users\\Ann\\project",
    environment: {
      USERPROFILE: "C:\\Users\\Ann",
      LOCALAPPDATA: "C:\\Users\\Ann\\AppData\\Local",
      Path: "C:\\tools",
      PATHEXT: ".COM;.EXE",
      ...environment,
    },
    files: { "C:\\tools\\aws.EXE": "", ...files },
  });
}

Deno.test("app() finds home, directories and the command on Windows", async () => {
  const runtime = windows({
    "C:\\Users\\Ann\\wev.yml": `A: ${echo("home")}\nB: ${echo("home")}\n`,
    "C:\\Users\\Ann\\project\\.wev.yml": `A: ${echo("project")}\n`,
    "C:\\wev.yml": `B: ${echo("root")}\nC: ${echo("root")}\n`,
  });
  assert.equal(await app(["aws", "s3"], runtime), 0, runtime.err);
  const [command] = runtime.commands;
  assert.equal(command?.path, "C:\\tools\\aws.EXE");
  assert.deepEqual(command.argv, ["aws", "s3"]);
  assert.deepEqual(Object.fromEntries(command.environment.set), {
    A: "project",
    B: "home",
    C: "root",
  });
});

Deno.test("app() prefers HOME to USERPROFILE on Windows, if it is a Windows path", async () => {
  const files = {
    "D:\\home\\wev.yml": `A: ${echo("HOME")}\n`,
    "C:\\Users\\Ann\\wev.yml": `B: ${echo("USERPROFILE")}\n`,
  };
  const native = windows(files, { HOME: "D:\\home" });
  assert.equal(await app(["aws"], native), 0, native.err);
  assert.deepEqual([...native.commands[0]!.environment.set.keys()].sort(), ["A", "B"]);
  const gitBash = windows(files, { HOME: "/d/home" });
  assert.equal(await app(["aws"], gitBash), 0, gitBash.err);
  assert.deepEqual([...gitBash.commands[0]!.environment.set.keys()], ["B"]);
});

Deno.test("app() caches in LOCALAPPDATA on Windows", async () => {
  const runtime = windows({ "C:\\Users\\Ann\\wev.yml": `A: ${echo("1")}\n` });
  const before = new Set(runtime.files.content.keys());
  assert.equal(await app(["aws"], runtime), 0, runtime.err);
  const written = [...runtime.files.content.keys()].filter((path) => !before.has(path));
  assert.ok(written.length > 0);
  for (const path of written) {
    assert.ok(path.startsWith("C:\\Users\\Ann\\AppData\\Local\\wev\\cache\\"), path);
    assert.ok(!path.includes("/"), path);
  }
});

Deno.test("app() refuses two names that differ only in case on Windows", async () => {
  const runtime = windows({ "C:\\Users\\Ann\\wev.yml": `Foo: ${echo("1")}\nFOO: ${echo("1")}\n` });
  assert.equal(await app(["aws"], runtime), 125);
  assert.match(runtime.err, /C:\\Users\\Ann\\wev\.yml:2:1: FOO is set twice/);
  assert.deepEqual(runtime.commands, []);
});

Deno.test("app() uses HOME and ignores USERPROFILE on macOS", async () => {
  const runtime = new FakeRuntime({
    system: "darwin",
    workingDirectory: "/Users/ann/project",
    environment: { HOME: "/Users/ann", USERPROFILE: "/wrong", PATH: "/bin" },
    files: { "/Users/ann/wev.yml": `Foo: ${echo("1")}\nFOO: ${echo("2")}\n`, "/bin/aws": "" },
  });
  assert.equal(await app(["aws"], runtime), 0, runtime.err);
  assert.deepEqual([...runtime.commands[0]!.environment.set], [["Foo", "1"], ["FOO", "2"]]);
});

Deno.test("app() does not ask without a terminal, on any system", async () => {
  for (const runtime of [windows(), new FakeRuntime({ environment: { HOME: "/home/ann" } })]) {
    const separator = runtime.system === "windows" ? "\\" : "/";
    runtime.files.content.set(
      `${runtime.workingDirectory}${separator}wev.yml`,
      "[A, B, C]: {plugin: {id: wev-awsmfa}}",
    );
    const command = `${runtime.workingDirectory}${separator}aws.exe`;
    runtime.files.content.set(command, "");
    assert.equal(await app([command], runtime), 125);
    assert.match(runtime.err, /No AWS credentials found/);
    assert.deepEqual(runtime.commands, []);
  }
});

Deno.test("app() returns the exit status of the command", async () => {
  const runtime = new FakeRuntime({
    status: { code: 3 },
    environment: { HOME: "/home/ann", PATH: "/bin" },
    files: { "/bin/true": "" },
  });
  assert.equal(await app(["true"], runtime), 3);
});

Deno.test("app() reports a bug without its message, and runs nothing", async () => {
  const runtime = new FakeRuntime({ environment: { HOME: "/home/ann", PATH: "/bin" } });
  Object.defineProperty(runtime, "workingDirectory", {
    get: () => {
      throw new TypeError("planted-secret");
    },
  });
  assert.equal(await app(["true"], runtime), 125);
  assert.match(runtime.err, /^wev: error: wev failed because of a bug \(TypeError\)\n/);
  assert.doesNotMatch(runtime.err, /planted-secret/);
  assert.deepEqual(runtime.commands, []);
});

Deno.test("app() ignores the case of a variable to forget on Windows", async () => {
  const files = { "C:\\Users\\Ann\\wev.yml": `Foo: ${echo("1")}\n` };
  const runtime = windows(files);
  assert.equal(await app(["--forget", "FOO"], runtime), 0, runtime.err);
  assert.equal(runtime.out, "Nothing to forget.\n");
  const other = windows(files);
  assert.equal(await app(["--forget", "FO"], other), 1);
  assert.match(other.err, /has no variable "FO"\n {2}Did you mean "Foo"\?/);
});

Deno.test("app() logs at debug what it reads, on any system", async () => {
  const file = "C:\\Users\\Ann\\wev.yml";
  const runtime = windows({ [file]: `A: ${echo("1")}\n` });
  assert.equal(await app(["--log-level", "debug", "aws"], runtime), 0, runtime.err);
  assert.ok(runtime.err.includes(`wev: debug: Read ${file}: `), runtime.err);
  assert.ok(runtime.err.includes("wev: debug: A: a constant of the configuration\n"));
});
