import assert from "node:assert/strict";
import { Sandbox } from "../support/program.ts";

/** A file that stops the run: what it holds, where the mistake is, what is said, what would be right. */
type Broken = readonly [text: string, place: string, says: string, hint: string];

const AWS = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:\n  plugin:\n";

const BROKEN: Record<string, Broken> = {
  "is no YAML": ["A:\n  plugin: {id: wev-echo\n", "2:11", "this { is not closed", "Write the }"],
  "has a tab in its indentation": [
    "A:\n  plugin:\n\tid: wev-echo\n",
    "3:1",
    "a tab in the indentation",
    "indented with spaces",
  ],
  "has an open quote": [
    "A:\n  plugin: {id: wev-echo, value: 'x}\nB: {plugin: {id: wev-echo, value: 'y'}}\n",
    "2:33",
    "this ' is not closed",
    "Write the '",
  ],
  "has a key without a colon": [
    "A:\n  plugin\n    id: wev-echo\n",
    "2:3",
    'a ":" is missing after this key',
    'Write "KEY: value"',
  ],
  "has no space after a colon": [
    "A:\n  plugin:\n    id:wev-echo\n    value: 1\n",
    "3:7",
    'there must be a space after this ":"',
    'Write "KEY: value"',
  ],
  "has a value that needs quotes": [
    "A: {plugin: {id: wev-echo, value: @x}}\n",
    "1:35",
    "a value can't begin with @",
    "into quotes",
  ],
  "has a second document after an empty one": [
    "---\n---\nA: {plugin: {id: wev-echo, value: 1}}\n",
    "2:1",
    "holds one document",
    'the second "---"',
  ],
  "has a version of YAML that there is not": [
    "# wev\n%YAML 3.0\n---\nA: {plugin: {id: wev-echo, value: 1}}\n",
    "2:1",
    "this is no version 1 of YAML",
    "Write %YAML 1.2",
  ],
  "has 20000 keys without a colon": [
    "A: {plugin: {id: wev-echo, value: 1}}\n" + "key\n".repeat(20_000),
    "2:1",
    'a ":" is missing after this key',
    'Write "KEY: value"',
  ],
  "has an open quote in 100000 lines": [
    'A: "' + "x\n".repeat(100_000),
    "1:4",
    'this " is not closed',
    'Write the "',
  ],
  "is a list": ["- A\n", "1:1", "must be a mapping of variables", "NAME:\n      plugin:"],
  "names an unknown plugin": [
    "A:\n  plugin:\n    id: wev-ecco\n    value: 1\n",
    "3:5",
    'There is no plugin "wev-ecco"',
    'Did you mean "wev-echo"?\n  The plugins are wev-awsmfa, wev-echo.',
  ],
  "names an unknown option": [
    "A:\n  plugin:\n    id: wev-echo\n    valeu: 1\n",
    "4:5",
    'wev-echo has no option "valeu"',
    'Did you mean "value"?\n  Its options are separator, value.',
  ],
  "has no plugin": ["A: {}\n", "1:1", 'A has no "plugin"', "id: wev-echo"],
  "has no id": ["A:\n  plugin: {value: 1}\n", "2:3", 'has no "id"', "id: wev-echo"],
  "has no value": [
    "A:\n  plugin:\n    id: wev-echo\n",
    "3:5",
    '"value" of wev-echo is missing',
    "value: text",
  ],
  "has a mapping for a value": [
    "A:\n  plugin:\n    id: wev-echo\n    value:\n      b: 1\n",
    "4:5",
    '"value" of wev-echo must be text or a list of texts: it is a mapping',
    "value: text",
  ],
  "has a list in a list for a value": [
    "A:\n  plugin:\n    id: wev-echo\n    value: [a, [b]]\n",
    "4:5",
    '"value" of wev-echo must be text or a list of texts: it contains a list',
    "value: text",
  ],
  "has a list for a separator": [
    "A:\n  plugin:\n    id: wev-echo\n    value: [a]\n    separator: [x]\n",
    "5:5",
    '"separator" of wev-echo must be text: it is a list',
    "separator: text",
  ],
  "gives wev-echo two names": [
    "# c\n[A, B]:\n  plugin: {id: wev-echo, value: 1}\n",
    "2:1",
    "wev-echo sets one name",
    "NAME:",
  ],
  "gives wev-awsmfa two names": [
    "[A, B]:\n  plugin: {id: wev-awsmfa}\n",
    "1:1",
    "wev-awsmfa sets three names",
    "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:",
  ],
  "asks for too short a session": [
    `${AWS}    id: wev-awsmfa\n    duration: 899\n`,
    "4:5",
    '"duration" of wev-awsmfa must be a whole number of seconds from 900 to 129600',
    "duration: 43200",
  ],
  "asks for too long a session": [
    `${AWS}    duration: 129601\n    id: wev-awsmfa\n`,
    "3:5",
    'current value is "129601"',
    "duration: 43200",
  ],
  "has a malformed serial number": [
    `${AWS}    id: wev-awsmfa\n    "mfa_device": arn:aws:iam::123456789012:user/ann\n`,
    "4:5",
    '"mfa_device" of wev-awsmfa must be an ARN like',
    "mfa_device: arn:aws:iam::123456789012:mfa/ann\n",
  ],
  "names no device": [
    `${AWS}    id: wev-awsmfa\n    mfa_device: bob\n`,
    "4:5",
    '"mfa_device" of wev-awsmfa must have 9 to 256 characters: it has 3',
    "mfa_device: arn:aws:iam::123456789012:mfa/bob\n",
  ],
  "names a device with the beginning missing": [
    `${AWS}    id: wev-awsmfa\n    account: "210987654321"\n    mfa_device: mfa/bob.smith\n`,
    "5:5",
    '"mfa_device" of wev-awsmfa must be a whole ARN',
    "mfa_device: arn:aws:iam::210987654321:mfa/bob.smith\n",
  ],
  "names what no environment can hold": [
    '"A=B": {plugin: {id: wev-echo, value: 1}}\n',
    "1:1",
    'it has a "=" in it',
    "Use letters",
  ],
  "names a variable twice": [
    "A: {plugin: {id: wev-echo, value: 1}}\n[A]: {plugin: {id: wev-echo, value: 1}}\n",
    "2:1",
    "is already there",
    "Keep one of the two",
  ],
  "sets a name by two variables": [
    `A: {plugin: {id: wev-echo, value: 1}}\n[A, B, C]: {plugin: {id: wev-awsmfa}}\n`,
    "2:1",
    "A is set twice",
    "remove the name from one",
  ],
  "has a key called __proto__": [
    "__proto__: {plugin: {id: wev-echo}}\n",
    "1:1",
    '"__proto__" is not allowed',
    "Choose another name",
  ],
  "is too large": ["#".repeat(262_145), "1:1", "too large", "at most 256 KiB"],
  "has an alias bomb": [
    "a: &a [x, x, x, x, x, x, x, x, x, x]\n" +
    Array.from("bcdefgh", (name, index) => {
      const alias = `*${"abcdefg"[index]}`;
      return `${name}: &${name} [${Array(10).fill(alias).join(", ")}]\n`;
    }).join(""),
    "5:20",
    "Aliases make the file grow too large",
    "50000",
  ],
};

for (const [what, [text, place, says, hint]] of Object.entries(BROKEN)) {
  Deno.test(`wev runs nothing and says where when a file ${what}`, async () => {
    using sandbox = new Sandbox();
    const file = sandbox.write("home/project/wev.yml", text);
    const { code, stdout, stderr } = await sandbox.run(["sh", "-c", "echo ran"]);
    assert.equal(code, 125, stderr);
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`wev: error: ${file}:${place}: `), stderr);
    assert.ok(stderr.includes(says), stderr);
    assert.ok(stderr.includes(hint), stderr);
  });
}

Deno.test("wev points into the file of the home directory whose option is merged", async () => {
  using sandbox = new Sandbox();
  const weak = sandbox.write("home/wev.yml", `${AWS}    id: wev-awsmfa\n    duration: soon\n`);
  sandbox.write("home/project/wev.yml", `${AWS}    mfa_device: GAHT12345678\n`);
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.ok(stderr.startsWith(`wev: error: ${weak}:4:5: "duration"`), stderr);
});

Deno.test("wev points at both files when one has a mapping over the other's list", async () => {
  using sandbox = new Sandbox();
  const weak = sandbox.write("home/wev.yml", "A:\n  plugin: {id: wev-echo, value: [1]}\n");
  const strong = sandbox.write("home/project/wev.yml", "A:\n  plugin:\n    value:\n      b: 1\n");
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.ok(
    stderr.startsWith(
      `wev: error: ${strong}:3:5: "value" is a mapping here and a list at ${weak}:2:26\n`,
    ),
    stderr,
  );
});

Deno.test("wev runs nothing when a file can't be read, and says why", async () => {
  using sandbox = new Sandbox();
  const directory = `${sandbox.project}/wev.yml`;
  Deno.mkdirSync(directory);
  const { code, stderr } = await sandbox.run(["true"]);
  assert.equal(code, 125);
  assert.match(stderr, /wev\.yml:1:1: Cannot read the configuration: it is a directory\n {2}Make/);
});

Deno.test("wev finds a mistake in a file that it has understood before", async () => {
  using sandbox = new Sandbox();
  sandbox.write("home/project/wev.yml", "A: {plugin: {id: wev-echo, value: one}}\n");
  const print = ["sh", "-c", "echo $A"];
  assert.equal((await sandbox.run(print)).stdout, "one\n");
  assert.equal((await sandbox.run(print)).stdout, "one\n");
  sandbox.write("home/project/wev.yml", "A: {plugin: {id: wev-echo, value: two}}\n");
  assert.equal((await sandbox.run(print)).stdout, "two\n");
  sandbox.write("home/project/.wev.user.yml", "A: {plugin: {value: three}}\n");
  assert.equal((await sandbox.run(print)).stdout, "three\n");
  sandbox.write("home/wev.yml", "A: [\n");
  assert.equal((await sandbox.run(print)).code, 125);
  Deno.removeSync(`${sandbox.home}/wev.yml`);
  Deno.removeSync(`${sandbox.project}/.wev.user.yml`);
  assert.equal((await sandbox.run(print)).stdout, "two\n");
});

Deno.test("wev escapes what a file or a path has to say to a terminal", async () => {
  using sandbox = new Sandbox();
  const cwd = `${sandbox.root}/\x1b]0;title\x07`;
  Deno.mkdirSync(cwd);
  sandbox.write(`${cwd}/wev.yml`, 'A: {plugin: {id: "wev-\\e[31mred\\u202e"}}\n');
  await using pty = sandbox.start(["true"], { cwd, env: { NO_COLOR: "1" } });
  assert.equal(await pty.end(), 125);
  // deno-lint-ignore no-control-regex
  assert.doesNotMatch(pty.shown, /[\x00-\x09\x0b\x0c\x0e-\x1f\x7f\u202e]/);
  assert.ok(pty.shown.includes("\\x1b]0;title\\x07/wev.yml:1:14"), pty.shown);
  assert.ok(pty.shown.includes('"wev-\\x1b[31mred\\u202e"'), pty.shown);
});

Deno.test("wev says of a file that it is UTF-16", async () => {
  using sandbox = new Sandbox();
  const utf16 = (text: string) => new Uint8Array(Uint16Array.from(text, codeOf).buffer);
  for (const text of ["\ufeffA: {plugin: {id: wev-echo, value: 1}}\n", "A: 1\n"]) {
    const file = sandbox.write("home/project/wev.yml", utf16(text));
    const { code, stderr } = await sandbox.run(["true"]);
    assert.equal(code, 125);
    assert.equal(stderr.split("\n")[0], `wev: error: ${file}:1:1: The file is UTF-16`);
    assert.match(stderr, /Save it as UTF-8/);
  }
});

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

Deno.test("wev reads a byte order mark, tabs between brackets and escaped line breaks", async () => {
  using sandbox = new Sandbox();
  sandbox.write(
    "home/project/wev.yml",
    "\ufeff__base__: &id {id:\twev-echo}\n[__x__, __y__]: 1\n" +
      "A: {plugin: {<<: *id,\tvalue:\t[a,\tb\t]}}\n" +
      'B: {plugin: {<<: *id, value: "a\\\n\n  b\\\n  c"}}\n',
  );
  const { stdout, stderr } = await sandbox.run(["sh", "-c", 'printf "%s|%s|" "$A" "$B"']);
  assert.deepEqual([stdout, stderr], ["a b|a\nbc|", ""]);
});

Deno.test("wev reads the ways in which people write YAML", async () => {
  using sandbox = new Sandbox();
  sandbox.write(
    "home/project/wev.yml",
    "__name__echo: &echo\n  plugin: &plugin\n    id: wev-echo\n    separator: ','\n" +
      "JSON: {\n  plugin: {\n    id: wev-echo,\n    value: [\n      a,\n      b\n    ]\n  }\n}\n" +
      "MERGED:\n  plugin:\n    <<: *plugin\n    value: [a, b]\n" +
      "? EXPLICIT\n: plugin:\n    id: wev-echo\n    value: >-\n      a\n      b\n" +
      "'QUOTED': {\"plugin\": {'id': wev-echo, 'value': \"a\\tb\"}}\n" +
      "[ONE]:\n    plugin:\n        id: wev-echo # comment\n        value: 0o17 # comment\n" +
      "DEEP:\n  <<: *echo\n  plugin: {<<: *plugin, value: x}\n",
  );
  const names = ["JSON", "MERGED", "EXPLICIT", "QUOTED", "ONE", "DEEP"];
  const script = names.map((name) => `printf '%s|' "$${name}"`).join("; ");
  const { stdout, stderr } = await sandbox.run(["sh", "-c", script]);
  assert.equal(stderr, "");
  assert.equal(stdout, "a b|a,b|a b|a\tb|0o17|x|");
});
