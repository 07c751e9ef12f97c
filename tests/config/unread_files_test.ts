import assert from "node:assert/strict";
import { describeUnread, nameMeantBy, unreadFiles } from "../../src/config/unread_files.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

for (
  const [name, meant] of [
    [".wev.yaml", ".wev.yml"],
    ["wev.yaml", "wev.yml"],
    [".wev.user.yaml", ".wev.user.yml"],
    ["wev.user.YAML", "wev.user.yml"],
    [".Wev.yml", ".wev.yml"],
    ["WEV.YML", "wev.yml"],
    ["Wev.User.yml", "wev.user.yml"],
    [".wev.yml.txt", ".wev.yml"],
    ["wev.yml.txt", "wev.yml"],
    ["wev.yml.yml", "wev.yml"],
    ["wev.yml.", "wev.yml"],
    ["wev.yml ", "wev.yml"],
    [" wev.yml", "wev.yml"],
    ["wev.json", "wev.yml"],
    [".wev.toml", ".wev.yml"],
    [".wev", ".wev.yml"],
    [".wevrc", ".wev.yml"],
    ["wev-user.yml", "wev.user.yml"],
    ["wev.users.yml", "wev.user.yml"],
    ["wev.local.yml", "wev.user.yml"],
    ["wev.config.yml", "wev.yml"],
  ] as const
) {
  Deno.test(`nameMeantBy() takes "${name}" for ${meant}`, () => {
    assert.equal(nameMeantBy(name), meant);
  });
}

for (
  const name of [
    ".wev.yml",
    "wev.yml",
    ".wev.user.yml",
    "wev.user.yml",
    "wev",
    "dev.yml",
    "web.yml",
    ".env.yml",
    "wev.schema.json",
    "wev.example.yml",
    "wev.yml.bak",
    "wev.yml~",
    ".wev.yml.swp",
    ".wevcache",
    "my-wev.yml",
    "wev.ts",
    "wev.yml\n",
    "",
  ]
) {
  Deno.test(`nameMeantBy() leaves ${JSON.stringify(name)} alone`, () => {
    assert.equal(nameMeantBy(name), undefined);
  });
}

const OPTIONS = {
  workingDirectory: "/home/ann/project",
  home: "/home/ann",
  system: "linux",
} as const;

Deno.test("unreadFiles() finds nothing where it can't look, and does not fail", () => {
  const files = new FakeFiles({}, "linux");
  const fail = () => {
    throw new Error("permission denied");
  };
  const closed = Object.assign(files, { stat: fail, list: fail });
  assert.deepEqual(unreadFiles(closed, OPTIONS, new Map()), []);
});

for (
  const [what, size, list] of [
    ["has too many names to list", 10_000_000, () => ["wev.txt"]],
    ["may not be listed", 4096, () => {
      throw new Error("permission denied");
    }],
  ] as const
) {
  Deno.test(`unreadFiles() looks for the usual mistakes in a directory that ${what}`, () => {
    const names = [".wev.yaml", "WEV.YML", "wev.json", "wev.txt"];
    const content = Object.fromEntries(names.map((name) => [`/home/ann/${name}`, "A: 1"]));
    const files = new FakeFiles(content, "linux");
    files.attributes.set("/home/ann", { size });
    const found = unreadFiles(Object.assign(files, { list }), OPTIONS, new Map());
    assert.deepEqual(
      found.map(({ file }) => file),
      names.slice(0, 3).map((name) => `/home/ann/${name}`).toSorted(),
    );
  });
}

for (
  const [text, problem] of [
    ["", "is empty"],
    [" \n\n\t\r\n", "is empty"],
    ["\ufeff", "is empty"],
    ["# A:\n#  plugin:\n", "is empty but for comments"],
    ["---\n# none\n...\n", "is empty but for comments"],
    ["{}\n", undefined],
    ["A: 1\n", undefined],
    ["# c\nA: 1\n", undefined],
  ] as const
) {
  Deno.test(`unreadFiles() says of ${JSON.stringify(text)}: ${problem}`, () => {
    const files = new FakeFiles({}, "linux");
    const found = unreadFiles(files, OPTIONS, new Map([["/home/ann/wev.yml", text]]));
    assert.deepEqual(found, problem === undefined ? [] : [{ file: "/home/ann/wev.yml", problem }]);
  });
}

Deno.test("describeUnread() is one line without control characters, and not too long", () => {
  const unread = Array.from({ length: 9 }, (_, index) => ({
    file: `/a\n${index}/wev.yaml`,
    problem: "is empty",
  }));
  const line = describeUnread(unread);
  assert.match(line, /^\/a\\x0a0\/wev\.yaml is empty; .*; and 4 more$/);
});
