import assert from "node:assert/strict";
import { definePlugin } from "../../src/plugin/mod.ts";
import { builtinPlugins } from "../../src/plugins/mod.ts";

for (const [id, load] of builtinPlugins) {
  Deno.test(`the manifest of ${id} is valid JSON`, async () => {
    const { manifest } = await load();
    assert.equal(manifest.id, id);
    assert.deepEqual(JSON.parse(JSON.stringify(manifest)), manifest);
  });

  Deno.test(`the options of ${id} agree with each other`, async () => {
    const { options } = (await load()).manifest;
    const names = Object.keys(options);
    const others = Object.values(options).flatMap(({ otherNames = [] }) => otherNames);
    assert.deepEqual(others.filter((name) => names.includes(name)), []);
    assert.equal(new Set(others).size, others.length);
    for (const [name, { description, effect }] of Object.entries(options)) {
      assert.match(description, /^[A-Z].*[^.]$/, name);
      assert.notEqual(effect, undefined, name);
    }
  });
}

Deno.test("definePlugin() gives the handler's options the types of the table", () => {
  const plugin = definePlugin({
    manifest: {
      id: "wev-x",
      version: "1.0.0",
      options: {
        text: { description: "Text" },
        list: { description: "List", form: "list", required: true },
        seconds: {
          description: "Seconds",
          form: { integer: { min: 1, max: 9, unit: "seconds" } },
          default: 3,
        },
        colour: { description: "Colour", form: { choice: ["red", "green"] } },
        life: {
          description: "Life",
          form: { integer: { min: 1, max: 9, unit: "seconds" } },
          minRemaining: true,
        },
      },
    },
    explain(options) {
      const typed: {
        readonly text?: string;
        readonly list: readonly string[];
        readonly seconds: number;
        readonly colour?: "red" | "green";
      } = options;
      // @ts-expect-error: the handler does not get it.
      assert.equal(options.life, undefined);
      return [JSON.stringify(typed)];
    },
    resolve: ({ list }) => Promise.resolve({ values: list }),
  });
  assert.equal(plugin.manifest.id, "wev-x");
});
