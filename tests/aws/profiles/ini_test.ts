import assert from "node:assert/strict";
import { parseIni, type Setting } from "../../../src/aws/profiles/ini.ts";
import { ConfigError, type Location } from "../../../src/errors.ts";

function place({ line, column }: Location): string {
  return `${line}:${column}`;
}

/** Returns a setting and where its name and its value stand. */
function show({ name, value, location, valueLocation, settings }: Setting): string[] {
  const own = `${place(location)} ${name} = ${place(valueLocation)} ${JSON.stringify(value)}`;
  return [own, ...[...settings?.values() ?? []].flatMap(show).map((line) => `  ${line}`)];
}

/** Returns all of a file, a line each. */
function read(text: string): string[] {
  return [...parseIni(text, "/f").values()].flatMap((section) => [
    `${place(section.location)} [${section.name}]`,
    ...[...section.settings.values()].flatMap(show),
  ]);
}

const READ: Record<string, [text: string, expected: string[]]> = {
  "sections and settings": ["[a]\nx = 1\n y:2\n\n[b]\n", [
    "1:1 [a]",
    '2:1 x = 2:5 "1\\ny:2"',
    "5:1 [b]",
  ]],
  "what stands behind a header as nothing": ["[prod]#live\nx=1\n[b] // c\n[a]b]: x\n", [
    "1:1 [prod]",
    '2:1 x = 2:3 "1"',
    "3:1 [b]",
    "4:1 [a]b]",
  ]],
  "names in lower case, and both delimiters": ["[a]\nROLE_Arn\t :  arn:x = y\nÄ=ö\n", [
    "1:1 [a]",
    '2:1 role_arn = 2:14 "arn:x = y"',
    '3:1 ä = 3:3 "ö"',
  ]],
  "an indented section with an empty setting": ["[a]\n  x =\n  y = 1\n", [
    "1:1 [a]",
    '2:3 x = 2:6 ""',
    '3:3 y = 3:7 "1"',
  ]],
  "settings below a setting": [
    "[a]\nS3 =\n  Max = 1\n\n  # comment\n  b=\n  c  =  d = e\nx = 1\n",
    [
      "1:1 [a]",
      '2:1 s3 = 2:5 "\\nMax = 1\\n\\nb=\\nc  =  d = e"',
      '  3:3 Max = 3:9 "1"',
      '  6:3 b = 6:5 ""',
      '  7:3 c = 7:9 "d = e"',
      '8:1 x = 8:5 "1"',
    ],
  ],
  "comments only at the start of a line": ["# x\n;y\n[a]\nx = 1 # 2\n  ; no\n", [
    "3:1 [a]",
    '4:1 x = 4:5 "1 # 2"',
  ]],
  "every end of line": ["[a]\rx = 1\r\ny = 2\nz = 3", [
    "1:1 [a]",
    '2:1 x = 2:5 "1"',
    '3:1 y = 3:5 "2"',
    '4:1 z = 4:5 "3"',
  ]],
  "the section of defaults in all sections": [
    "[DEFAULT]\nx = 1\ny = 1\n[a]\ny = 2\n[DEFAULT]\nz=3\n",
    [
      "4:1 [a]",
      '2:1 x = 2:5 "1"',
      '5:1 y = 5:5 "2"',
      '7:1 z = 7:3 "3"',
    ],
  ],
  "a header without a bracket but with a delimiter as a setting": ["[a]\n[b = 1\n", [
    "1:1 [a]",
    '2:1 [b = 2:6 "1"',
  ]],
  "blanks as Python knows them": ["\u001c[a]\u0085\n\u00a0x\u3000=\u00a0\ufeff1\u2003\n", [
    "1:2 [a]",
    '2:2 x = 2:6 "\ufeff1"',
  ]],
  "nothing": ["", []],
};

for (const [what, [text, expected]] of Object.entries(READ)) {
  Deno.test(`parseIni() reads ${what}`, () => assert.deepEqual(read(text), expected));
}

Deno.test("parseIni() tells where a value goes on", () => {
  const section = parseIni("[a]\nx = 1\n\n  y = 2\nz = 1\n\n", "/f").get("a")!;
  assert.deepEqual(section.settings.get("x")!.continuation, { file: "/f", line: 4, column: 3 });
  assert.equal(section.settings.get("z")!.continuation, undefined);
});

const REFUSED: Record<string, [text: string, message: RegExp]> = {
  "a header without a bracket": ["[a]\nx=1\n  \n[b\ny=1\n", /^\/f:4:1: .* no closing bracket$/],
  "a header without a bracket, first": ["[a\nx=1\n", /^\/f:1:1: .* no closing bracket$/],
  "a header without a name": ["[]\n", /^\/f:1:1: .* no name$/],
  "a section twice": [
    "[a]\n[b]\n [a]#x\n",
    /^\/f:3:2: duplicate section \[a\], already on line 1$/,
  ],
  "a setting twice": [
    "[a]\nx=1\nX:2\n",
    /^\/f:3:1: duplicate setting x in section \[a\], already on line 2$/,
  ],
  "a default twice": ["[DEFAULT]\nx=1\n[DEFAULT]\nx=2\n", /^\/f:4:1: duplicate setting x/],
  "a line before the first section": ["\n  x = secret\n[a]\n", /^\/f:2:3: .* in no section$/],
  "a line that is nothing": ["[a]\nsecret\n", /^\/f:2:1: .* neither a section nor a setting$/],
  "a setting without a name": ["[a]\n= secret\n", /^\/f:2:1: .* no name before its value$/],
  "a line below a setting that is none": [
    "[a]\nrole_arn =\n  secret\n",
    /^\/f:3:3: .* role_arn, .*"="$/,
  ],
};

for (const [what, [text, message]] of Object.entries(REFUSED)) {
  Deno.test(`parseIni() refuses ${what}`, () => {
    assert.throws(() => parseIni(text, "/f"), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.match(error.message, message);
      assert.ok(!`${error.message}${error.hint}`.includes("secret"));
      return true;
    });
  });
}
