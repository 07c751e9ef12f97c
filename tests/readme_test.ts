/**
 * That the README leaves nothing out.
 *
 * @module
 */

import { ok } from "node:assert/strict";
import manifest from "../deno.json" with { type: "json" };
import { OPTIONS } from "../src/cli/options.ts";
import { CONFIG_FILE_NAMES } from "../src/paths.ts";
import { builtinPlugins } from "../src/plugins/mod.ts";

const readme = await Deno.readTextFile(new URL("../README.md", import.meta.url));

/** Tests that the README has each of `texts` in code. */
function test(what: string, texts: () => Promise<string[]> | string[]): void {
  Deno.test(`README.md names ${what}`, async () => {
    for (const text of await texts()) {
      ok(new RegExp(`[\`\\s]${text}[\`\\s,]`).test(readme), `README.md lacks ${text}`);
    }
  });
}

test("all configuration files", () => [...CONFIG_FILE_NAMES]);
test("all options of the command line", () => OPTIONS.map(({ name }) => name));
test("all permissions", () => Object.keys(manifest.permissions.default));
test("all plugins and their options", async () => {
  const names: string[] = [];
  for (const [id, load] of builtinPlugins) {
    names.push(id, ...Object.keys((await load()).manifest.options));
  }
  return names;
});

Deno.test("README.md shows the action with inputs that it has", async () => {
  const action = await Deno.readTextFile(new URL("../action.yml", import.meta.url));
  const inputs = action.slice(action.indexOf("inputs:"), action.indexOf("runs:"));
  for (const [, name] of inputs.matchAll(/^ {2}([\w-]+):/gm)) {
    ok(readme.includes(`| \`${name}\``), `README.md lacks the input ${name}`);
  }
});
