import { strictEqual } from "node:assert/strict";
import manifest from "../../deno.json" with { type: "json" };
import { versionText } from "../../src/cli/version_output.ts";

Deno.test("versionText() has version, target and Deno, and no commit in a run from source", () => {
  const platform = { target: "x86_64-unknown-linux-gnu", engine: "Deno 2.9.6" };
  const expected = `wev ${manifest.version} (x86_64-unknown-linux-gnu, Deno 2.9.6, from source)\n`;
  strictEqual(versionText(platform), expected);
});
