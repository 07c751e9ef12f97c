import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Ajv, type ValidateFunction } from "ajv";
import { load } from "js-yaml";
import { schemaText } from "../../src/cli/schema.ts";
import { describeOption } from "../../src/plugin/option_text.ts";
import { builtinPlugins } from "../../src/plugins/mod.ts";

async function validator(): Promise<ValidateFunction> {
  const schema = JSON.parse(await schemaText(builtinPlugins));
  return new Ajv({ allowUnionTypes: true }).compile(schema);
}

/** The schema, as a YAML language server uses it. */
const RIGHT: Readonly<Record<string, string>> = {
  "a plugin and its options": "A: {plugin: {id: wev-echo, value: x, separator: ','}}",
  "a list of texts": "A: {plugin: {id: wev-echo, value: [x, 1, true]}}",
  "a number for text": "A: {plugin: {id: wev-echo, value: 1.10}}",
  "a number": "A: {plugin: {id: wev-awsmfa, duration: 3600}}",
  "a number in quotes": "A: {plugin: {id: wev-awsmfa, duration: '3600'}}",
  "a part that another file completes": "A: {plugin: {duration: 3600}}",
  "nothing, which switches an option off":
    "A: {plugin: {id: wev-awsmfa, profile: , duration: , token_command: }}",
  "nothing, which switches a variable off": "A:",
  "a text of the right form": "A: {plugin: {id: wev-awsmfa, account: '123456789012'}}",
  "a number for a text of that form": "A: {plugin: {id: wev-awsmfa, account: 123456789012}}",
  "an empty text, which switches an option off": "A: {plugin: {id: wev-awsmfa, account: ''}}",
  "a place for anchors": "__base__: [anything]",
  "a place for anchors with more behind it": "__x__y: {plugin: anything}",
};

const WRONG: Readonly<Record<string, string>> = {
  "an unknown plugin": "A: {plugin: {id: wev-aws}}",
  "another plugin's option": "A: {plugin: {id: wev-echo, duration: 900}}",
  "an unknown option": "A: {plugin: {durration: 900}}",
  "a number that is too large": "A: {plugin: {id: wev-awsmfa, duration: 129601}}",
  "a text of another form": "A: {plugin: {id: wev-awsmfa, account: '12345'}}",
  "a text that is too long": `A: {plugin: {id: wev-awsmfa, role_session_name: ${"x".repeat(65)}}}`,
  "a mapping for text": "A: {plugin: {id: wev-awsmfa, mfa_device: {a: b}}}",
  "a variable without plugin:": "A: {id: wev-echo}",
  "a key that only begins as a place for anchors": "__base: [anything]",
  "a list": "[A]",
};

for (const [name, yaml] of Object.entries(RIGHT)) {
  Deno.test(`schemaText() takes ${name}`, async () => {
    const validate = await validator();
    ok(validate(load(yaml)), JSON.stringify(validate.errors));
  });
}

for (const [name, yaml] of Object.entries(WRONG)) {
  Deno.test(`schemaText() refuses ${name}`, async () => {
    strictEqual((await validator())(load(yaml)), false);
  });
}

Deno.test("schemaText() describes every option of every plugin", async () => {
  const { definitions } = JSON.parse(await schemaText(builtinPlugins));
  for (const loadPlugin of builtinPlugins.values()) {
    const { id, options } = (await loadPlugin()).manifest;
    const { then } = definitions.plugin.allOf.find((
      { if: { properties } }: { if: { properties: { id: { const: string } } } },
    ) => properties.id.const === id);
    const descriptions = Object.entries<{ description: string }>(then.properties)
      .filter(([name]) => name !== "id").map(([name, { description }]) => [name, description]);
    const described = Object.entries(options).map(([name, spec]) => [name, describeOption(spec)]);
    deepStrictEqual(descriptions, described);
  }
});
