import assert from "node:assert/strict";
import type { DiscoverOptions } from "../../src/config/discover.ts";
import { loadConfiguration } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors.ts";
import type { System } from "../../src/runtime.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

const PROJECT = "/home/ann/project";

function load(
  files: Record<string, string>,
  { home = "/home/ann", workingDirectory = PROJECT, system = "linux" as System } = {},
) {
  return loadFrom(new FakeFiles(files, system), { home, workingDirectory, system });
}

function loadFrom(files: FakeFiles, options: DiscoverOptions) {
  const reader = { user: 1000, environment: { get: () => undefined }, system: options.system };
  return loadConfiguration(files, options, reader);
}

/** Loads one file, `/home/ann/project/wev.yml`. */
function loadText(text: string, system?: System) {
  if (system === "windows") {
    const workingDirectory = "C:\\p";
    return load({ "C:\\p\\wev.yml": text }, { workingDirectory, home: "C:\\h", system });
  }
  return load({ [`${PROJECT}/wev.yml`]: text });
}

const echo = (value: string) => `{plugin: {id: wev-echo, value: ${value}}}`;

Deno.test("loadConfiguration() reads the variables in the order of first appearance", () => {
  const { files, variables } = load({
    "/home/ann/wev.yml": `B: ${echo("1")}\nA: ${echo("1")}\n`,
    [`${PROJECT}/wev.yml`]: `C: ${echo("2")}\nA: ${echo("2")}\n`,
  });
  assert.deepEqual(files, ["/home/ann/wev.yml", `${PROJECT}/wev.yml`]);
  assert.deepEqual(variables.map(({ names }) => names), [["B"], ["A"], ["C"]]);
});

Deno.test("loadConfiguration() knows a variable's plugin, options and places", () => {
  const [variable] = load({
    "/wev.yml": "A:\n  plugin:\n    id: wev-echo\n    value: 1\n",
    [`${PROJECT}/.wev.yml`]: "\nA:\n  plugin:\n    separator: x\n",
  }).variables;
  assert.equal(variable?.pluginId, "wev-echo");
  assert.deepEqual(variable.location, { file: `${PROJECT}/.wev.yml`, line: 2, column: 1 });
  assert.deepEqual(variable.overrides, [{ file: "/wev.yml", line: 1, column: 1 }]);
  assert.deepEqual(variable.pluginIdLocation, { file: "/wev.yml", line: 3, column: 5 });
  assert.deepEqual([...variable.options.keys()], ["value", "separator"]);
});

Deno.test("loadConfiguration() ranks home, then the root, then the working directory", () => {
  const files = (paths: string[]) => Object.fromEntries(paths.map((path) => [path, ""]));
  const paths = ["/away/wev.yml", "/wev.yml", "/home/ann/wev.yml", `${PROJECT}/.wev.yml`];
  assert.deepEqual(load(files(paths), { home: "/away" }).files, paths);
});

Deno.test("loadConfiguration() reads nothing where there is nothing, and without a home", () => {
  const { files: read, variables } = load({});
  assert.deepEqual({ read, variables }, { read: [], variables: [] });
  const options = { workingDirectory: "/a", home: undefined, system: "linux" } as const;
  const files = new FakeFiles({ "/a/wev.yml": "" }, "linux");
  assert.deepEqual(loadFrom(files, options).files, ["/a/wev.yml"]);
});

Deno.test("loadConfiguration() does not read a file of home again by another path", () => {
  const files = new FakeFiles({ [`${PROJECT}/wev.yml`]: `A: ${echo("1")}` }, "linux");
  const lstat = files.lstat.bind(files);
  files.lstat = (path) => lstat(path.replace("/link/", `${PROJECT}/`));
  const options = { workingDirectory: PROJECT, home: "/link", system: "linux" } as const;
  assert.deepEqual(loadFrom(files, options).files, [`${PROJECT}/wev.yml`]);
});

Deno.test("loadConfiguration() ignores top-level keys that begin as __base__ does", () => {
  const { variables } = loadText(
    "__base__: text\n__x__y: &d\n  plugin: {id: wev-echo, value: 1}\n__ __: 1\n_____: 1\n" +
      "[__a__b, __c d__]: 1\n[__a__]: 1\n__é__: 1\nA: *d\nB:\n  <<: *d\n",
  );
  assert.deepEqual(variables.map(({ names }) => names), [["A"], ["B"]]);
});

for (const key of ["____", "__base", "__base_", "_base__", "a__base__", "[__base__, A]", "[]"]) {
  Deno.test(`loadConfiguration() does not ignore the key ${key}`, () => {
    assert.throws(() => loadText(`${key}: text\n`), ConfigError);
  });
}

Deno.test("loadConfiguration() takes names of any characters that an environment can hold", () => {
  const { variables } = loadText(
    `my name: ${echo("1")}\né-x.y: ${echo("1")}\n"1": ${echo("1")}\n`,
  );
  assert.deepEqual(variables.map(({ names }) => names[0]), ["my name", "é-x.y", "1"]);
});

/** What is wrong, where, and what is said about it. */
const MISTAKES: Record<string, readonly [text: string, place: string, message: string]> = {
  "text for a variable": ["A: hello\n", "1:1", 'A must be a mapping with "plugin": this is text'],
  "nothing for a variable": [
    "# a\nA:\n",
    "2:1",
    'A must be a mapping with "plugin": this is empty',
  ],
  "a list for a variable": ["A: [1]\n", "1:1", 'A must be a mapping with "plugin": this is a list'],
  "no plugin": ["[A, B]: {}\n", "1:1", 'A, B has no "plugin"'],
  "another key than plugin": [
    "A:\n  plugin: {id: x}\n  pluginn: 1\n",
    "3:3",
    "A has the unknown key",
  ],
  "text for plugin": ["A:\n  plugin: x\n", "2:3", 'must be a mapping with "id": this is text'],
  "nothing for plugin": ["A:\n  plugin:\n", "2:3", 'must be a mapping with "id": this is empty'],
  "a list for plugin": [
    "A: {plugin: [id]}\n",
    "1:5",
    'must be a mapping with "id": this is a list',
  ],
  "no id": ["A:\n  plugin:\n    value: 1\n", "2:3", '"plugin" of A has no "id"'],
  "a list for id": [
    "A: {plugin: {id: [x]}}\n",
    "1:14",
    "must be the name of a plugin: this is a list",
  ],
  "nothing for id": [
    "A: {plugin: {id: }}\n",
    "1:14",
    "must be the name of a plugin: this is empty",
  ],
  "an empty name": ["'': {plugin: {id: x}}\n", "1:1", "it is empty"],
  "a name with =": ['"A=B": {plugin: {id: x}}\n', "1:1", 'it has a "=" in it'],
  "a name with a NUL": ['"A\\0": {plugin: {id: x}}\n', "1:1", "it has a NUL character in it"],
  "half a surrogate pair": ['"\\ud800": {plugin: {id: x}}\n', "1:1", "is not well-formed Unicode"],
  "no names": ["[]: {plugin: {id: x}}\n", "1:1", "The list of names is empty"],
  "a name twice in a list": [
    "[A, B, A]: {plugin: {id: x}}\n",
    "1:1",
    "The name A is listed twice",
  ],
  "a name in two variables": [
    `A: ${echo("1")}\n[B, A]: ${echo("1")}\n`,
    "2:1",
    `A is set twice: here and at ${PROJECT}/wev.yml:1:1`,
  ],
  "a name in two lists": [
    `[A, B]: ${echo("1")}\n[B, A]: ${echo("1")}\n`,
    "2:1",
    `B is set twice: here and at ${PROJECT}/wev.yml:1:1`,
  ],
  "an escape sequence in a name": ['"A\\e[2J": 1\n', "1:1", '"A\\x1b[2J" can\'t be the name'],
  "a line feed in a name": [`[A, "B\\nC"]: ${echo("1")}\n`, "1:5", '"B\\x0aC" can\'t be the name'],
  "DEL in a name": ['"A\\x7f": 1\n', "1:1", "has a control or invisible character in it"],
  "C1 in a name": ['"A\\x9b2J": 1\n', "1:1", '"A\\x9b2J" can\'t be'],
  "a direction control in a name": ['"A\\u202eB": 1\n', "1:1", '"A\\u202eB" can\'t be'],
  "a character without width in a name": ["A\u200bB: 1\n", "1:1", '"A\\u200bB" can\'t be'],
  "a byte order mark in a name": ['"A\\ufeff": 1\n', "1:1", '"A\\ufeff" can\'t be'],
  "a line separator in a name": ['"A\\u2028B": 1\n', "1:1", '"A\\u2028B" can\'t be'],
  "a tag character in a name": ['"A\\U000E0041": 1\n', "1:1", '"A\\u{e0041}" can\'t be'],
};

for (const [what, [text, place, message]] of Object.entries(MISTAKES)) {
  Deno.test(`loadConfiguration() points at ${what}`, () => {
    assert.throws(() => loadText(text), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.ok(error.message.startsWith(`${PROJECT}/wev.yml:${place}: `), error.message);
      assert.ok(error.message.includes(message), error.message);
      assert.ok(error.hint !== undefined && error.hint !== "");
      return true;
    });
  });
}

Deno.test("loadConfiguration() does not tell names apart by case on Windows only", () => {
  const text = `Path: ${echo("1")}\nPATH: ${echo("2")}\n`;
  assert.equal(loadText(text).variables.length, 2);
  assert.throws(
    () => loadText(text, "windows"),
    /PATH is set twice: here and at C:\\p\\wev\.yml:1:1/,
  );
  assert.throws(() => loadText(`[a, A]: ${echo("1")}`, "windows"), /The name A is listed twice/);
});

Deno.test("loadConfiguration() points into the file that says so in a merged variable", () => {
  const home = `A:\n  plugin:\n    id: wev-echo\n    value: 1\n`;
  const load2 = (text: string) => load({ "/home/ann/wev.yml": home, [`${PROJECT}/wev.yml`]: text });
  assert.throws(
    () => load2("A:\n  other: 1\n"),
    /^ConfigError: .*project\/wev\.yml:2:3: A has the/,
  );
  assert.throws(() => load2("A:\n  plugin: x\n"), /project\/wev\.yml:2:3: "plugin" of A must be/);
  assert.throws(() => load2("[A, B]: {plugin: {id: x}}"), /project\/wev\.yml:1:1: A is set twice/);
});

Deno.test("loadConfiguration() says why a file can't be read", () => {
  const path = `${PROJECT}/wev.yml`;
  assert.throws(
    () => load({ [`${path}/x`]: "" }),
    /wev\.yml:1:1: Cannot read .*: it is a directory/,
  );
  const files = new FakeFiles({ [path]: "" }, "linux");
  files.readRegular = (other) => {
    if (other !== path) return undefined;
    throw new Error("Permission denied (os error 13)");
  };
  const options = { workingDirectory: PROJECT, home: undefined, system: "linux" } as const;
  assert.throws(() => loadFrom(files, options), {
    name: "ConfigError",
    message: `${path}:1:1: Cannot read the configuration: Permission denied (os error 13)`,
    hint: "Make the file readable, or remove it.",
  });
});
