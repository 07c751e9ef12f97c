import { strictEqual } from "node:assert/strict";
import { maskCommands } from "../../src/export/github.ts";

Deno.test("maskCommands() masks each line of a value once", () => {
  const key = "-----BEGIN-----\r\nline 1\n\nline 2\n-----BEGIN-----\n";
  strictEqual(
    maskCommands([key, "line 2"]),
    "::add-mask::-----BEGIN-----\n::add-mask::line 1\n::add-mask::line 2\n",
  );
});

Deno.test("maskCommands() escapes what the runner would decode", () => {
  strictEqual(maskCommands(["50%25"]), "::add-mask::50%2525\n");
});
