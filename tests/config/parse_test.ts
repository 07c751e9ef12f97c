import assert from "node:assert/strict";
import { MAX_FILE_BYTES, parseConfig } from "../../src/config/parse.ts";
import { ConfigError } from "../../src/errors.ts";
import { parseText, places, type Plain, plain } from "./plain.ts";

function mistake(text: string | Uint8Array): ConfigError {
  try {
    if (typeof text === "string") parseText(text);
    else parseConfig(text, "wev.yml");
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    return error;
  }
  throw new assert.AssertionError({ message: `No mistake found in ${JSON.stringify(text)}` });
}

/** What people write, and what it says. */
const VALUES: Record<string, readonly [text: string, value: Plain]> = {
  "plain text": ["A: text\n", { A: "text" }],
  "a whole number": ["A: 007\n", { A: "007" }],
  "a version": ["A: 1.10\n", { A: "1.10" }],
  "a large number": ["A: 12345678901234567890\n", { A: "12345678901234567890" }],
  "an exponent": ["A: 1e3\n", { A: "1e3" }],
  "a hexadecimal number": ["A: 0x1F\n", { A: "0x1F" }],
  "a boolean": ["A: yes\nB: False\n", { A: "yes", B: "False" }],
  "a null": ["A: null\nB: ~\n", { A: "null", B: "~" }],
  "nothing": ["A:\nB: # comment\n", { A: "", B: "" }],
  "a date": ["A: 2021-01-31\n", { A: "2021-01-31" }],
  "a time": ["A: 12:30:45\n", { A: "12:30:45" }],
  "infinity": ["A: .inf\nB: .NaN\n", { A: ".inf", B: ".NaN" }],
  "a URL": ["A: https://host:80/path?q=1&r#f\n", { A: "https://host:80/path?q=1&r#f" }],
  "a Windows path": ["A: C:\\dir\\file\n", { A: "C:\\dir\\file" }],
  "a shell variable": ["A: ${HOME}/$(id)\n", { A: "${HOME}/$(id)" }],
  "quotes within": ['A: it\'s a "b"\n', { A: 'it\'s a "b"' }],
  "single quotes": ["A: 'it''s # \\n'\n", { A: "it's # \\n" }],
  "double quotes": ['A: "\\x41\\u00e9\\U0001F600\\n\\t\\"\\\\"\n', { A: 'Aé😀\n\t"\\' }],
  "a surrogate pair": ['A: "\\ud83d\\ude00"\n', { A: "😀" }],
  "spaces around": ["A:   b   \n", { A: "b" }],
  "spaces in quotes": ["A: '  b  '\n", { A: "  b  " }],
  "a tab after the key": ["A:\tb\n", { A: "b" }],
  "a literal block": ["A: |\n  a\n   b\n\n  c\nB: 1\n", { A: "a\n b\n\nc\n", B: "1" }],
  "a literal block, stripped": ["A: |-\n  a\n\n", { A: "a" }],
  "a literal block, kept": ["A: |+\n  a\n\n", { A: "a\n\n" }],
  "a literal block with an indentation": ["A: |2\n   a\n", { A: " a\n" }],
  "a literal block that ends with the file": ["A: |\n  a\n  b", { A: "a\nb" }],
  "a literal block with nothing but empty lines": ["A: |+\n\n  \nB: |\n\n", { A: "\n\n", B: "" }],
  "a folded block, indented further within": ["A: >-\n  a\n   b\n  c\n  d\n", { A: "a\n b\nc d" }],
  "a folded block with its indentation behind its sign": ["A: >-1\n  a\n", { A: " a" }],
  "a block with a comment behind it": ["A: |\n  a\n # b\nC: 1\n", { A: "a\n", C: "1" }],
  "a folded block": ["A: >\n  a\n  b\n\n  c\n", { A: "a b\nc\n" }],
  "text over lines": ["A: a\n  b\n\n  c\n", { A: "a b\nc" }],
  "double quotes over lines": ['A: "a\n  b\\\n  c"\n', { A: "a bc" }],
  "an escaped line break before an empty line": ['A: "a\\\n\n  b"\n', { A: "a\nb" }],
  "escaped line breaks and spaces": [
    'A: "a \\\n\n\n   b\\\n  \\  c"\n',
    { A: "a \n\nb  c" },
  ],
  "spaces before a line break in quotes": ["A: \"a \\t \t\n  b \"\nC: 'd \n e '\n", {
    A: "a \t b ",
    C: "d e ",
  }],
  "tabs between brackets": ["A: {b:\t1,\tc: [\td\t,\n\te\t]\t}\n".replace("\n\te", "\n \te"), {
    A: { b: "1", c: ["d", "e"] },
  }],
  "a tab in a text between brackets": ["A: [a\tb]\n", { A: ["a\tb"] }],
  "an indicator in a text": ["A: a:b -c ?d #e\nB: [-a, ?b, :c]\n", {
    A: "a:b -c ?d",
    B: ["-a", "?b", ":c"],
  }],
  "a value right behind a key in quotes": ['A: {"b":c, \'d\' :e, "f":[g]}\n', {
    A: { b: "c", d: "e", f: ["g"] },
  }],
  "keys without values between brackets": ["A: {b, c:, 'd', ? e : f}\n", {
    A: { b: "", c: "", d: "", e: "f" },
  }],
  "pairs in a flow list": ["A: [b: c, 'd': e, ? f : g]\n", {
    A: [{ b: "c" }, { d: "e" }, { f: "g" }],
  }],
  "a key that is empty": [": 1\nA:\n  &a : 2\n", { "": "1", A: { "": "2" } }],
  "a list in the column of its key": ["A:\n- b\n-\n- c: 1\n  d:\n  - e\nF: 2\n", {
    A: ["b", "", { c: "1", d: ["e"] }],
    F: "2",
  }],
  "a list in a list in a list": ["A:\n  - - - b\n    - c\n  - d\n", { A: [[["b"], "c"], "d"] }],
  "properties on lines of their own": ["A: &a\n  !!map\n  &b c: *b\nD: *a\n", {
    A: { c: "c" },
    D: { c: "c" },
  }],
  "line separators of Unicode, which end no line": ["A: a\u2028b\u0085c\n", {
    A: "a\u2028b\u0085c",
  }],
  "a document end without a document start": ["...\nA: 1\n... # end\n...\n", { A: "1" }],
  "a directive that says nothing here": [
    "%TAG !e! tag:example.com,2000:\n%OTHER a\n--- # c\nA: 1\n",
    { A: "1" },
  ],
  "a key behind a document start": ["--- {A: 1}\n", { A: "1" }],
  "a flow list": ["A: [a, 'b', \"c\", d e,]\n", { A: ["a", "b", "c", "d e"] }],
  "a flow mapping": ["A: {a: 1, 'b': 2, \"c\":3}\n", { A: { a: "1", b: "2", c: "3" } }],
  "JSON": ['{"A": {"b": ["c", "d"], "e": "f"}}', { A: { b: ["c", "d"], e: "f" } }],
  "a block list": ["A:\n- a\n- - b\n  - c\n", { A: ["a", ["b", "c"]] }],
  "a list of mappings": ["A:\n  - b: 1\n    c: 2\n", { A: [{ b: "1", c: "2" }] }],
  "a comment everywhere": ["# a\nA: # b\n  # c\n  b: c#d # e\n# f", { A: { b: "c#d" } }],
  "a document start": ["%YAML 1.2\n---\nA: 1\n...\n# end\n", { A: "1" }],
  "a byte order mark": ["\ufeffA: 1\n", { A: "1" }],
  "Windows line ends": ["A:\r\n  b: |\r\n    c\r\n    d\r\n", { A: { b: "c\nd\n" } }],
  "old Macintosh line ends": ["A:\r  b: c\r", { A: { b: "c" } }],
  "an explicit key": ["? A\n: 1\n? [B, C]\n: 2\n", { A: "1", '["B","C"]': "2" }],
  "a list key": ["[A, 'B', \"C\" ] : 1\n", { '["A","B","C"]': "1" }],
  "a block list key": ["? - A\n  - B\n: 1\n", { '["A","B"]': "1" }],
  "a list key over lines": ["? [A,\n   B]\n: 1\n", { '["A","B"]': "1" }],
  "a list key of one name": ["[A]: 1\n", { A: "1" }],
  "tags that say what it is anyway": [
    "A: !!str 1\nB: !!seq [!!str a]\nC: !!map {}\nD: ! 2\nE: !<tag:yaml.org,2002:str> 3\n",
    { A: "1", B: ["a"], C: {}, D: "2", E: "3" },
  ],
  "keys of Object.prototype": ["A: {constructor: 1, toString: 2}\n", {
    A: { constructor: "1", toString: "2" },
  }],
  "an anchor and an alias": ["A: &a b\nC: *a\n", { A: "b", C: "b" }],
  "an anchor before its mapping": ["A: &a\n  b: 1\nC: *a\n", { A: { b: "1" }, C: { b: "1" } }],
  "an anchor on a key": ["&k A: b\nC: *k\n", { A: "b", C: "A" }],
  "an alias for a list key": [
    "__name__names: &names [A, B]\n*names : 1\n",
    { __name__names: ["A", "B"], '["A","B"]': "1" },
  ],
  "an anchor that is set again": ["A: &a 1\nB: &a 2\nC: *a\n", { A: "1", B: "2", C: "2" }],
  "an anchor on nothing": ["A: &a\nB: *a\n", { A: "", B: "" }],
  "a merge key": ["A: &a {b: 1, c: 2}\nD: {<<: *a, c: 3}\n", {
    A: { b: "1", c: "2" },
    D: { b: "1", c: "3" },
  }],
  "a merge key after what it must not replace": [
    "A: &a {b: 1}\nD:\n  b: 2\n  <<: *a\n",
    { A: { b: "1" }, D: { b: "2" } },
  ],
  "a merge key with a list": [
    "A: &a {x: 1, y: 1}\nB: &b {y: 2, z: 2}\nC: {<<: [*a, *b]}\n",
    { A: { x: "1", y: "1" }, B: { y: "2", z: "2" }, C: { x: "1", y: "1", z: "2" } },
  ],
  "two merge keys": ["A:\n  <<: {a: 1}\n  <<: {a: 2, b: 2}\n", { A: { a: "1", b: "2" } }],
  "a merge key that merges one": [
    "A: &a {x: 1}\nB: &b {<<: *a, y: 2}\nC: {<<: *b}\n",
    { A: { x: "1" }, B: { x: "1", y: "2" }, C: { x: "1", y: "2" } },
  ],
  "a merge key at the top": ["__name__: &a {A: 1}\n<<: *a\n", { __name__: { A: "1" }, A: "1" }],
  "a merge key in quotes, which is none": ['A: {"<<": {b: 1}}\n', { A: { "<<": { b: "1" } } }],
  "brackets that end below their key": [
    "A: {\n  b: [\n    c,\n    d\n  ],\n}\nE: [\n  f\n]\n",
    { A: { b: ["c", "d"] }, E: ["f"] },
  ],
  "quotes that go on below their key": [
    "A:\n  b: \"c\n  d\n\n\n  e\"\n  f: 'g\n  h'\nI: 1\n",
    { A: { b: "c d\n\ne", f: "g h" }, I: "1" },
  ],
};

for (const [what, [text, value]] of Object.entries(VALUES)) {
  Deno.test(`parseConfig() reads ${what}`, () => {
    assert.deepEqual(plain(parseText(text)), value);
  });
}

for (
  const [what, text] of Object.entries({
    "an empty file": "",
    "a file of comments": "# nothing\n\n  # here\n",
    "a byte order mark alone": "\ufeff",
    "a document start alone": "---\n",
    "a document start and comments": "--- # nothing\n# here\n",
    "empty lines": "\n\n   \n",
  })
) {
  Deno.test(`parseConfig() reads ${what} as no variables`, () => {
    assert.equal(parseText(text).entries.size, 0);
  });
}

Deno.test("parseConfig() keeps the order of keys", () => {
  const { entries } = parseText("B: 1\n[Z, A]: 2\nA: 3\n'1': 4\n");
  assert.deepEqual([...entries.values()].map(({ names }) => names), [["B"], ["Z", "A"], ["A"], [
    "1",
  ]]);
});

Deno.test("parseConfig() knows where each key stands", () => {
  assert.deepEqual(
    places(parseText(
      "# comment\n\"A\":\n  plugin: {id: x, 'value': y}\n[B, C]:\n  plugin:\n    value: |\n      text\n" +
        "    # comment\n    ? id\n    : z\n    &a last: 1\n",
    )),
    {
      A: "2:1",
      "A.plugin": "3:3",
      "A.plugin.id": "3:12",
      "A.plugin.value": "3:19",
      '["B","C"]': "4:1",
      '["B","C"].plugin': "5:3",
      '["B","C"].plugin.value': "6:5",
      '["B","C"].plugin.id': "9:7",
      '["B","C"].plugin.last': "11:8",
    },
  );
});

Deno.test("parseConfig() knows where a key stands after lines that it had to mend", () => {
  assert.deepEqual(places(parseText("A: {\nb: {\n}, c: 1\n}\nD: {e: 1}\n")), {
    A: "1:1",
    "A.b": "2:1",
    "A.c": "3:4",
    D: "5:1",
    "D.e": "5:5",
  });
});

Deno.test("parseConfig() counts columns from 1 after a byte order mark and wide characters", () => {
  assert.deepEqual(places(parseText("\ufeffA: 1\n")), { A: "1:1" });
  assert.deepEqual(places(parseText("A: {é: 1, 😀: 2, b: 3}\n")), {
    A: "1:1",
    "A.é": "1:5",
    "A.😀": "1:11",
    "A.b": "1:18",
  });
});

Deno.test("parseConfig() says of a merged key that it stands where it is written", () => {
  const found = places(parseText("__name__a: &a\n  b: 1\nC:\n  <<: *a\n  d: 2\n"));
  assert.equal(found["C.b"], "2:3");
  assert.equal(found["C.d"], "5:3");
});

/** What is wrong, where, and what is said about it. */
const MISTAKES: Record<string, readonly [text: string, place: string, message: RegExp]> = {
  "a list": ["- a\n", "1:1", /must be a mapping of variables: this is a list/],
  "text": ["just text\n", "1:1", /must be a mapping of variables: this is text/],
  "an empty text in quotes": ["''\n", "1:1", /must be a mapping of variables: this is empty/],
  "a second document": ["---\nA: 1\n---\nB: 2\n", "3:1", /holds one document/],
  "an empty second document": ["A: 1\n---\n", "2:1", /holds one document/],
  "a document after an end": ["A: 1\n...\nB: 2\n", "2:1", /holds one document/],
  "a second document after an empty one": ["---\n---\nA: 1\n", "2:1", /holds one document/],
  "a second document after an end": ["A: 1\n...\n# c\n---\nB: 2\n", "4:1", /holds one document/],
  "a second document with a directive": ["---\n...\n%YAML 1.2\n---\nA: 1\n", "4:1", /holds one/],
  "a version of YAML that there is not": [
    "# c\n%YAML 2.0\n---\nA: 1\n",
    "2:1",
    /no version 1 of YAML/,
  ],
  "a version of YAML without a number": ["%YAML\n---\nA: 1\n", "1:1", /no version 1 of YAML/],
  "a version of YAML twice": [
    "%YAML 1.2\n%YAML 1.2\n---\n",
    "2:1",
    /no version 1 of YAML, or the second/,
  ],
  "a directive without a document start": [
    "\n%YAML 1.2\nA: 1\n",
    "2:1",
    /no "---" between this line/,
  ],
  "a directive in the document": [
    "A: 1\n%YAML 1.2\n---\nB: 1\n",
    "2:1",
    /begins with % stands inside/,
  ],
  "text behind a document end": ["A: 1\n... b\n", "2:5", /text after the "\.\.\."/],
  "a key twice": ["A: 1\nB: 2\nA: 3\n", "3:1", /"A" is already there, at wev\.yml:1:1/],
  "a key twice, as a list": ["[A]: 1\n  \nA: 3\n", "3:1", /"A" is already there, at wev\.yml:1:1/],
  "an option twice": ["A: {b: 1, 'b': 2}\n", "1:11", /"b" is already there, at wev\.yml:1:5/],
  "a key that is a mapping": ["{a: 1}: 2\n", "1:1", /must be a name or a list of names/],
  "a key that is a list of lists": ["[[a]]: 2\n", "1:1", /must be a name or a list of names/],
  "an option that is a list": ["A: {[b]: 1}\n", "1:5", /A key must be text: this is a list/],
  "an unknown alias": ["A: *nope\n", "1:4", /"\*nope" refers to no anchor above it/],
  "an alias before its anchor": ["A: *a\nB: &a 1\n", "1:4", /"\*a" refers to no anchor above it/],
  "an alias in its own list": ["A: &a [*a]\n", "1:8", /"\*a" is inside the value it refers to/],
  "an alias in its own mapping": ["A: &a\n  b: *a\n", "2:6", /"\*a" is inside the value/],
  "an alias merged into itself": ["A: &a\n  <<: *a\n", "2:7", /"\*a" is inside the value/],
  "a merge of text": ["A:\n  <<: b\n", "2:3", /"<<" needs a mapping or a list of mappings/],
  "a merge of nothing": ["A:\n  <<:\n", "2:3", /"<<" needs a mapping or a list of mappings/],
  "a merge of a list of texts": ["A:\n  <<: [b]\n", "2:3", /"<<" needs a mapping/],
  "a tag of one's own": ["A: !secret b\n", "1:4", /tag "!secret" is not supported/],
  "a tag for numbers": ["A:\n  b: !!int 1\n", "2:6", /tag "!!int" is not supported/],
  "a tag for bytes": ["A: !!binary aGk=\n", "1:4", /tag "!!binary" is not supported/],
  "a tag on a list": ["A: !!set {b}\n", "1:4", /tag "!!set" is not supported/],
  "a tag on nothing": ["A: 1\nB: !!null\n", "2:4", /tag "!!null" is not supported/],
  "__proto__": ["A: 1\n__proto__: {plugin: 1}\n", "2:1", /key "__proto__" is not allowed/],
  "__proto__ as an option": ["A: {__proto__: 1}\n", "1:5", /key "__proto__" is not allowed/],
  "__proto__ in a list of names": ["[A, __proto__]: 1\n", "1:1", /key "__proto__" is not allowed/],
  "__proto__ behind an alias": ["A: &a __proto__\nB: {*a : 1}\n", "2:5", /"__proto__" is not/],
  "a tab in the indentation": ["A:\n\tb: 1\n", "2:1", /a tab in the indentation/],
  "a tab at the top": ["\tA: 1\n", "1:1", /a tab in the indentation/],
  "a tab before a value": ["A:\n\t'b'\n", "2:1", /a tab in the indentation/],
  "a tab before a bracket": ["A: [\n\tb\n]\n", "2:1", /a tab in the indentation/],
  "a tab before a list in a list": ["A:\n- \t- b\n", "2:3", /a tab in the indentation/],
  "a tab before a text in a block": ["A: |\n\tb\n", "2:1", /a tab in the indentation/],
  "an open bracket": ["A: 1\nB: [1, 2\nC: 3\n", "2:4", /this \[ is not closed/],
  "an open brace": ["A: {b: {c: 1}\nD: 1\n", "1:4", /this \{ is not closed/],
  "an open brace at the end": ["A: {b: 1", "1:4", /this \{ is not closed/],
  "an open double quote": ['A: [1]\nB: "c\nD: "e"\n', "2:4", /this " is not closed/],
  "an open single quote": ["A: 'b\nC: 1\n", "1:4", /this ' is not closed/],
  "an open quote in brackets": ["A: {b: 'c}\n", "1:8", /this ' is not closed/],
  "an open quote before one that ends later": ["A: 'b\nC: 'd'\n", "1:4", /this ' is not closed/],
  "an open quote before another key": ['A: b\n"C: 1\nD: "e"\n', "2:1", /this " is not closed/],
  "an open quote in brackets before another": [
    "A: ['b, c]\nD: ['e']\n",
    "1:5",
    /this ' is not closed/,
  ],
  "an open bracket in another": ["A:\n  b: {c: [1, 2}\nD: 1\n", "2:10", /this \[ is not closed/],
  "an open brace before a list": [
    "A: {b: {c: 1}\nD: [1]\nE: {f: 1}\n",
    "1:4",
    /this \{ is not closed/,
  ],
  "a bracket that is open at a document end": ["A: [b\n...\n", "1:4", /this \[ is not closed/],
  "a bracket too many": ["A: [b]]\n", "1:7", /text after the closing \]/],
  "a quote that is open at a document end": ["A: 'b\n---\n'\n", "1:4", /this ' is not closed/],
  "a colon in a value between brackets": [
    "A: {b: c d: e}\n",
    "1:11",
    /comma is missing, or a value with/,
  ],
  "a colon behind a value in quotes": ["A: 'b': c\n", "1:7", /": " in it must be in quotes/],
  "a colon behind brackets": ["A: [b]: c\n", "1:7", /": " in it must be in quotes/],
  "text behind an alias": ["A: &a 1\nB: *a c\n", "2:7", /text after this alias/],
  "text behind the sign of a block": ["A: | b\n", "1:6", /text after the \|/],
  "an empty line that is indented too far": [
    "A: |\n    \n  b\n",
    "3:3",
    /indentation does not fit/,
  ],
  "an alias without a name": ["A: *\n", "1:4", /no name after the \*/],
  "a value that begins with *": ["A: *.txt\n", "1:4", /"\*\.txt" refers to no anchor/],
  "two anchors": ["A: &a &b c\n", "1:7", /can't begin with &/],
  "two tags": ["A: !!str\n  !!str c\n", "2:3", /can't begin with !/],
  "an anchor on an alias": ["A: &a 1\nB: &b *a\n", "2:7", /can't begin with \*/],
  "an alias in an anchor that is set again": [
    "A: &a 1\nB: &a [*a]\n",
    "2:8",
    /is inside the value/,
  ],
  "a character that there is not": [
    'A: "\\U00110000"\n',
    "1:6",
    /"\\U" needs the 8 hexadecimal digits/,
  ],
  "too few digits": ['A: "\\x4"\n', "1:6", /"\\x" needs the 2 hexadecimal digits/],
  "a colon in a value": ["A: b: c\n", "1:5", /": " in it must be in quotes/],
  "a colon in a value after brackets": ["A: [\n  1\n]\nB: c: d\n", "4:5", /must be in quotes/],
  "an apostrophe in single quotes": ["A: 'it's'\n", "1:8", /text after the closing '/],
  "text after brackets": ["A: [b] c\n", "1:8", /text after the closing \]/],
  "a value that begins with @": ["A: @b\n", "1:4", /can't begin with @/],
  "a value that begins with %": ["A: %b\n", "1:4", /can't begin with %/],
  "a list on the line of its key": ["A: - b\n", "1:4", /list can't begin on the line of its key/],
  "a key that is indented too far": ["A: 1\n  B: 2\n", "2:3", /indentation does not fit/],
  "a key that is indented too little": ["A:\n    b: 1\n  c: 2\n", "3:3", /indentation does not/],
  "a name without a colon": ["A: 1\nB\nC: 2\n", "2:1", /":" is missing after this key/],
  "a first name without a colon": ["A\n  plugin: b\n", "1:1", /":" is missing after this key/],
  "an option without a colon": ["A:\n  b: 1\n  c 2\n", "3:3", /":" is missing after this key/],
  "no space after the colon": ["A:b\n", "1:2", /must be a space after this ":"/],
  "no space after the colon of an option": ["A:\n  b: 1\n  c:2\n", "3:4", /a space after this ":"/],
  "no space after the first colon of many": [
    "A:\n  b:1\n  c: 2\n",
    "2:4",
    /a space after this ":"/,
  ],
  "no space after the colon of a quoted key": ["'A':b\n", "1:4", /a space after this ":"/],
  "an anchor without a key": ["A: 1\n&b\nC: 1\n", "2:1", /":" is missing after this key/],
  "a text in quotes with a colon": ["'A:b'\n", "1:1", /this is text/],
  "a URL among the keys": ["A: 1\nhttps://host\n", "2:1", /":" is missing after this key/],
  "an item among the keys": ["A: 1\n- b\n", "2:1", /indentation does not fit/],
  "a key among the items": ["A:\n  - b\n  c: 1\n", "3:3", /indentation does not fit/],
  "no comma": ["A: {b: 'c' d: 'e'}\n", "1:12", /a comma is missing before this/],
  "two commas": ["A: [b,,c]\n", "1:7", /can't begin with ,/],
  "an unknown escape": ['A: "C:\\dir"\n', "1:8", /no such escape with a backslash/],
  "a NUL": ["A: b\0c\n", "1:5", /a control character/],
  "an escape character": ["A: \x1b[31m\n", "1:4", /a control character/],
  "a list of names over lines": ["[A,\n B]: 1\n", "1:1", /must be on one line/],
  "too many levels": ["A: " + "[".repeat(200), "1:103", /more than 100 levels/],
};

for (const [what, [text, place, message]] of Object.entries(MISTAKES)) {
  Deno.test(`parseConfig() points at ${what}`, () => {
    const error = mistake(text);
    assert.match(error.message, message);
    assert.ok(error.message.startsWith(`wev.yml:${place}: `), error.message);
    assert.ok(error.hint !== undefined && error.hint !== "");
    // deno-lint-ignore no-control-regex
    assert.doesNotMatch(error.message + error.hint, /[\x00-\x09\x0b-\x1f\x7f]/);
  });
}

Deno.test("parseConfig() refuses what is not UTF-8, and says where", () => {
  const latin1 = new Uint8Array([0x41, 0x3a, 0x20, 0x62, 0x0a, 0x42, 0x3a, 0x20, 0xe9, 0x0a]);
  assert.match(mistake(latin1).message, /^wev\.yml:2:4: The file is not UTF-8 text$/);
  const windows = new Uint8Array([...new TextEncoder().encode("A: b\r\nB: "), 0xe9, 0x0d, 0x0a]);
  assert.match(mistake(windows).message, /^wev\.yml:2:4: The file is not UTF-8 text$/);
});

Deno.test("parseConfig() refuses UTF-16, with and without a byte order mark", () => {
  const utf16 = (text: string) => new Uint8Array(new Uint16Array([...text].map(codeOf)).buffer);
  assert.match(mistake(utf16("\ufeffA: 1\n")).message, /^wev\.yml:1:1: The file is UTF-16$/);
  const unmarked = mistake(utf16("A: 1\n"));
  assert.match(unmarked.message, /^wev\.yml:1:1: The file is UTF-16$/);
  assert.equal(unmarked.hint, "Save it as UTF-8.");
});

function codeOf(character: string): number {
  return character.charCodeAt(0);
}

Deno.test("parseConfig() reads a file of exactly 256 KiB and refuses one byte more", () => {
  const largest = "A: b\n" + "#".repeat(MAX_FILE_BYTES - 5);
  assert.equal(MAX_FILE_BYTES, 262_144);
  assert.deepEqual(plain(parseText(largest)), { A: "b" });
  assert.match(mistake(largest + "#").message, /^wev\.yml:1:1: The file is too large/);
});

Deno.test("parseConfig() reads as many keys as a file can hold", () => {
  const keys = Array.from({ length: 20_000 }, (_, index) => `K${index}: v\n`).join("");
  assert.equal(parseText(keys).entries.size, 20_000);
});

Deno.test("parseConfig() refuses an alias bomb, soon and where it goes off", () => {
  const lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"];
  for (let level = 1; level < 30; level++) {
    const aliases = Array.from({ length: 9 }, () => `*a${level - 1}`).join(", ");
    lines.push(`a${level}: &a${level} [${aliases}]`);
  }
  const start = performance.now();
  const { message } = mistake(lines.join("\n"));
  assert.ok(performance.now() - start < 1_000);
  assert.match(message, /^wev\.yml:5:\d+: Aliases make the file grow too large$/);
});

Deno.test("parseConfig() refuses an alias bomb of merge keys", () => {
  const keys = Array.from({ length: 1_000 }, (_, index) => `k${index}: v`).join(", ");
  const merges = Array.from({ length: 100 }, () => "*a").join(", ");
  const { message } = mistake(`a: &a {${keys}}\nb: {<<: [${merges}]}\n`);
  assert.match(message, /Aliases make the file grow/);
});

/** Files of 256 KiB that a careless parser reads again and again, and what is said of each. */
const LARGE: Record<string, readonly [unit: string, message: RegExp, before?: string]> = {
  "open brackets": ["[", /^wev\.yml:1:101: .*more than 100 levels/],
  "open braces": ["{", /^wev\.yml:1:101: .*more than 100 levels/],
  "list indicators": ["- ", /^wev\.yml:1:201: .*more than 100 levels/],
  "key indicators": ["? ", /^wev\.yml:1:201: .*more than 100 levels/],
  "value indicators": [": ", /^wev\.yml:1:201: .*more than 100 levels/],
  "brackets on lines": ["[\n", /^wev\.yml:101:1: .*more than 100 levels/],
  "double quotes": ['"', /^wev\.yml:1:3: .*text after the closing "/],
  "texts in quotes": ["'a' ", /^wev\.yml:1:5: .*text after the closing '/],
  "backslashes": ["\\", /^wev\.yml:1:4: .*this " is not closed/, 'A: "'],
  "lines in an open quote": ["x\n", /^wev\.yml:1:4: .*this " is not closed/, 'A: "'],
  "lines in an open bracket": ["b,\n", /^wev\.yml:1:4: .*this \[ is not closed/, "A: ["],
  "brackets in an open bracket": ["[\n]\n,", /^wev\.yml:1:4: .*this \[ is not closed/, "A: ["],
  "pairs in an open bracket": ["a: b, ", /^wev\.yml:1:1: .*this \[ is not closed/, "["],
  "keys without a colon": ["key\n", /^wev\.yml:2:1: .*":" is missing/, "A: 1\n"],
  "one line": ["x", /^wev\.yml:1:1: .*this is text/],
  "one line without a colon": ["x", /^wev\.yml:2:1: .*":" is missing/, "A: 1\n"],
  "lines without a key": ["x\n", /^wev\.yml:1:1: .*this is text/],
  "tabs on lines of their own": ["\tb: 1\n", /^wev\.yml:2:1: .*a tab in the indentation/, "A:\n"],
  "anchors": ["&a ", /^wev\.yml:1:4: .*can't begin with &/],
  "anchors on lines": ["&a\n", /^wev\.yml:2:1: .*can't begin with &/],
  "keys with anchors": ["&a b: ", /^wev\.yml:1:11: .*must be in quotes/],
  "tags": ["! ", /^wev\.yml:1:3: .*can't begin with !/],
  "aliases": ["- *a\n", /^wev\.yml:50003:3: Aliases make the file grow/, "A: &a b\nC:\n"],
  "documents": ["---\n", /^wev\.yml:2:1: .*holds one document/],
  "directives": ["%A\n", /^wev\.yml:1:1: .*no "---"/],
  "spaces before a mistake": [" ", /^wev\.yml:1:4: .*this \[ is not closed/, "A: ["],
  "comments before a mistake": ["# '\n", /^wev\.yml:1:4: .*this \[ is not closed/, "A: [\n"],
  "the same key": ["A: |\n b\n", /^wev\.yml:3:1: .*"A" is already there/],
};

for (const [what, [unit, message, before = ""]] of Object.entries(LARGE)) {
  Deno.test(`parseConfig() tells at once what is wrong with 256 KiB of ${what}`, () => {
    const text = before + unit.repeat((MAX_FILE_BYTES - before.length) / unit.length);
    const start = performance.now();
    assert.match(mistake(text).message, message);
    // Milliseconds where each character is read once or twice, minutes where it is read once a line.
    assert.ok(performance.now() - start < 5_000);
  });
}

Deno.test("parseConfig() reads at once a file whose brackets and quotes all end below their keys", () => {
  const keys = Array.from({ length: 6_000 }, (_, index) => `A${index}: {\n}\nB${index}: "b\nc"\n`);
  const start = performance.now();
  assert.equal(parseText(keys.join("")).entries.size, 12_000);
  assert.ok(performance.now() - start < 5_000);
});

Deno.test("parseConfig() escapes control characters in names and paths", () => {
  const text = 'A: {"b\\e[31m": 1, "b\\e[31m": 2}\n';
  const file = "/tmp/\x1b[2J\u202e/wev.yml";
  assert.throws(
    () => parseConfig(new TextEncoder().encode(text), file),
    {
      message: '/tmp/\\x1b[2J\\u202e/wev.yml:1:19: The key "b\\x1b[31m" is already there, at ' +
        "/tmp/\\x1b[2J\\u202e/wev.yml:1:5",
    },
  );
});
