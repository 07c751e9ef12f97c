import assert from "node:assert/strict";
import { decodeShared } from "../../../src/aws/profiles/shared_files.ts";
import { ConfigError } from "../../../src/errors.ts";

const bytes = (...parts: (string | number)[]) =>
  new Uint8Array(
    parts.flatMap((part) =>
      typeof part === "number" ? [part] : [...new TextEncoder().encode(part)]
    ),
  );

Deno.test("decodeShared() reads UTF-8, with a byte order mark or without", () => {
  assert.equal(decodeShared(bytes("[münchen]"), "/f"), "[münchen]");
  assert.equal(decodeShared(bytes("\ufeff[a]\nx = \ufeff"), "/f"), "[a]\nx = \ufeff");
  assert.equal(decodeShared(bytes(), "/f"), "");
  assert.equal(decodeShared(bytes("\0x"), "/f"), "\0x");
});

const REFUSED: Record<string, [Uint8Array, RegExp]> = {
  "UTF-16, little end first": [bytes(0xff, 0xfe, "[", 0, "a", 0), /^\/f:1:1: .*UTF-16/],
  "UTF-16, big end first": [bytes(0xfe, 0xff, 0, "[", 0, "a"), /^\/f:1:1: .*UTF-16/],
  "UTF-16 without a mark": [bytes("[", 0, "a", 0), /^\/f:1:1: .*UTF-16/],
  "UTF-16 without a mark, big end first": [bytes(0, "[", 0, "a"), /^\/f:1:1: .*UTF-16/],
  "Latin-1": [bytes("[a]\r\nü = m", 0xfc, "nchen\n"), /^\/f:2:6: .* that is not UTF-8$/],
  "Latin-1 behind a mark": [bytes("\ufeff[", 0xfc, "]"), /^\/f:1:2: .* that is not UTF-8$/],
};

for (const [what, [content, message]] of Object.entries(REFUSED)) {
  Deno.test(`decodeShared() refuses ${what}`, () => {
    assert.throws(
      () => decodeShared(content, "/f"),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
  });
}
