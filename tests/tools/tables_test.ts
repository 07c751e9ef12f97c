import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { FILES, manualTables, withTables } from "../../tools/tables.ts";

const tables = await manualTables();
const texts = new Map(
  FILES.map((file) => [file, Deno.readTextFileSync(new URL(`../../${file}`, import.meta.url))]),
);

for (const [file, text] of texts) {
  Deno.test(`${file} has the tables that "deno task tables" writes`, () => {
    strictEqual(withTables(text, tables), text);
  });
}

Deno.test("the manual has every table", () => {
  const names = [...texts.values()].flatMap((text) =>
    [...text.matchAll(/<!-- table: (\S+) -->/g)].map(([_, name]) => name!)
  );
  const wanted = [...tables.keys()].filter((name) => !name.endsWith("/short"));
  deepStrictEqual(wanted.filter((name) => !names.includes(name)), []);
});

Deno.test("withTables() replaces what stands between the comments, and nothing else", () => {
  const text =
    "a\n<!-- table: x -->\nold\n<!-- /table -->\nb\n<!-- table: y -->\n<!-- /table -->\n";
  strictEqual(
    withTables(text, new Map([["x", "| $& |\n"], ["y", "| 2 |\n"]])),
    "a\n<!-- table: x -->\n\n| $& |\n\n<!-- /table -->\nb\n<!-- table: y -->\n\n| 2 |\n\n<!-- /table -->\n",
  );
  throws(() => withTables(text, new Map()), /There is no table "x"/);
});
