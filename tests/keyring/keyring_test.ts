import assert from "node:assert/strict";
import { platformKeyring } from "../../src/keyring/platform.ts";
import { wantsKeyring } from "../../src/keyring/wanted.ts";
import { dataProtection } from "../../src/keyring/data_protection.ts";
import { keychain } from "../../src/keyring/keychain.ts";
import { type Keyring, KeyringError } from "../../src/keyring/keyring.ts";
import { secretService } from "../../src/keyring/secret_service.ts";
import { type Captured, type CaptureOptions, ExecutionError } from "../../src/runtime.ts";
import { FakeFiles, FakeRuntime } from "../support/fake_runtime.ts";

const SECRET = "0123456789abcdef".repeat(4);

/** A program that is run, and what it was given. */
class FakeProgram {
  readonly calls: { readonly argv: readonly string[]; readonly options: CaptureOptions }[] = [];
  answer: Partial<Captured> | ExecutionError;

  constructor(answer: Partial<Captured> | ExecutionError) {
    this.answer = answer;
  }

  capture = (argv: readonly string[], options: CaptureOptions): Promise<Captured> => {
    this.calls.push({ argv, options });
    if (this.answer instanceof ExecutionError) return Promise.reject(this.answer);
    return Promise.resolve({ code: 0, stdout: "", ...this.answer });
  };
}

const FOUND = `[/1]\nlabel = wev: key of the cache\nsecret = ${SECRET}\ncreated = 2026\n`;
const found = (program: FakeProgram) => secretService(program, "/usr/bin/secret-tool");
const LOCKED = "[/1]\nlabel = wev: key of the cache\ncreated = 2026\n";

/** What a program answers, and what a keyring makes of it: a key, none, or why it can't be reached. */
const LOADS: readonly [
  name: string,
  make: (program: FakeProgram) => Keyring,
  answer: Partial<Captured> | ExecutionError,
  result: string | undefined | RegExp,
][] = [
  ["secretService()", found, { stdout: FOUND }, SECRET],
  ["secretService()", found, { stdout: "" }, undefined],
  ["secretService()", found, { stdout: LOCKED }, /^the keyring is locked$/],
  ["secretService()", found, { code: 1 }, /^secret-tool finds no Secret Service$/],
  [
    "secretService()",
    found,
    { code: 137, stopped: "time" },
    /^\/usr\/bin\/secret-tool does not answer$/,
  ],
  [
    "secretService()",
    found,
    new ExecutionError("ENOENT", "No such file"),
    /^\/usr\/bin\/secret-tool can't be run \(ENOENT\)$/,
  ],
  ["keychain()", keychain, { stdout: `${SECRET}\n` }, SECRET],
  ["keychain()", keychain, { code: 44 }, undefined],
  ["keychain()", keychain, { code: 36 }, /^the keychain is locked$/],
];

for (const [name, make, answer, result] of LOADS) {
  const said = answer instanceof ExecutionError ? answer.code : JSON.stringify(answer);
  Deno.test(`${name} understands ${said.replaceAll("\\n", " ")}`, async () => {
    const program = new FakeProgram(answer);
    const loaded = make(program).load();
    if (result instanceof RegExp) {
      await assert.rejects(loaded, (error) => {
        assert.ok(error instanceof KeyringError);
        assert.match(error.message, result);
        return true;
      });
    } else assert.equal(await loaded, result);
  });
}

for (
  const [name, make] of [["secretService()", found], ["keychain()", keychain]] as const
) {
  Deno.test(`${name} gives the key on standard input, never as an argument`, async () => {
    const program = new FakeProgram({});
    await make(program).save(SECRET);
    const { argv, options } = program.calls[0]!;
    assert.ok(!argv.join(" ").includes(SECRET));
    assert.ok(options.input?.includes(SECRET));
    assert.equal(options.stderr, "null");
  });

  Deno.test(`${name} says where the key is not taken`, async () => {
    const program = new FakeProgram({ code: 1 });
    await assert.rejects(make(program).save(SECRET), KeyringError);
  });
}

Deno.test("secretService() asks so that no dialog opens", async () => {
  const program = new FakeProgram({ stdout: "" });
  await found(program).load();
  assert.deepEqual(program.calls[0]?.argv, [
    "/usr/bin/secret-tool",
    "search",
    "service",
    "wev",
    "account",
    "cache",
  ]);
});

/** PowerShell, which turns every byte round. */
class FakePowerShell extends FakeProgram {
  override capture = (argv: readonly string[], options: CaptureOptions): Promise<Captured> => {
    this.calls.push({ argv, options });
    const bytes = Uint8Array.fromBase64(options.input!.trim()).map((byte) => byte ^ 0xff);
    return Promise.resolve({ code: 0, stdout: `${bytes.toBase64()}\r\n` });
  };
}

Deno.test("dataProtection() keeps what only the user's login can read", async () => {
  const program = new FakePowerShell({});
  const files = new FakeFiles({}, "windows");
  const environment = { get: (name: string) => name === "SystemRoot" ? "D:\\Windows" : undefined };
  const path = "C:\\cache\\key.dpapi";
  const keyring = dataProtection({ processes: program, files, environment, path });
  assert.equal(await keyring.load(), undefined);
  assert.equal(program.calls.length, 0);
  await keyring.save(SECRET);
  assert.deepEqual([...files.content.keys()], ["C:\\cache\\key.dpapi"]);
  const kept = files.content.get("C:\\cache\\key.dpapi")!;
  assert.ok(!kept.includes(SECRET) && !kept.includes(btoa(SECRET)));
  assert.equal(await keyring.load(), SECRET);
  for (const { argv } of program.calls) {
    assert.equal(argv[0], "D:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe");
    assert.ok(!argv.join(" ").includes(btoa(SECRET)));
  }
});

Deno.test("dataProtection() says where PowerShell fails, and takes damage for no key", async () => {
  const files = new FakeFiles({ "C:\\cache\\key.dpapi": "AAAA" }, "windows");
  const environment = { get: () => undefined };
  const options = { files, environment, path: "C:\\cache\\key.dpapi" };
  const failing = dataProtection({ ...options, processes: new FakeProgram({ code: 1 }) });
  await assert.rejects(failing.load(), KeyringError);
  const babbling = dataProtection({ ...options, processes: new FakeProgram({ stdout: "?!" }) });
  await assert.rejects(babbling.load(), KeyringError);
});

for (
  const [value, wanted] of [[undefined, false], ["", false], ["off", false], [
    "auto",
    true,
  ]] as const
) {
  Deno.test(`wantsKeyring() returns ${wanted} where WEV_KEYRING is ${value}`, () => {
    const environment = value === undefined ? {} : { WEV_KEYRING: value };
    assert.equal(wantsKeyring(new FakeRuntime({ environment })), wanted);
  });
}

Deno.test("wantsKeyring() throws where WEV_KEYRING is something else", () => {
  const runtime = new FakeRuntime({ environment: { WEV_KEYRING: "\x1b[2J" } });
  assert.throws(() => wantsKeyring(runtime), /must be auto or off: it is "\\x1b\[2J"/);
});

Deno.test("platformKeyring() knows the systems that have one", () => {
  for (const system of ["linux", "darwin", "windows"] as const) {
    assert.ok(platformKeyring(new FakeRuntime({ system }), "/cache"), system);
  }
  assert.equal(platformKeyring(new FakeRuntime({ system: "other" }), "/cache"), undefined);
  assert.equal(platformKeyring(new FakeRuntime({ system: "windows" }), undefined), undefined);
});
