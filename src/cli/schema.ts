/**
 * The JSON Schema of `wev.yml`, for editors that complete and check YAML. It is generated from the option
 * tables of the plugins. It requires no option, because a file may define only a part of a variable and
 * leave the rest to another file.
 *
 * @module
 */

import type { OptionForm, PluginRegistry } from "../plugin/mod.ts";
import { describeOption } from "../plugin/option_text.ts";

/** A schema, as JSON. */
type Schema = Readonly<Record<string, unknown>>;

/** Text in YAML: wev reads plain numbers and booleans as text, too. */
const SCALAR = ["string", "number", "boolean"];

/** No value: it switches off the option or variable of an earlier file. */
const NOTHING = "null";

/** Returns the schema for the plugins of `registry`. */
export async function schemaText(registry: PluginRegistry): Promise<string> {
  const plugins = await Promise.all([...registry.values()].map((load) => load()));
  const optionsOf = plugins.map(({ manifest: { id, options } }) => {
    const properties = Object.entries(options).map(([name, spec]) =>
      [name, { description: describeOption(spec), ...formSchema(spec.form) }] as const
    );
    return { id, properties: Object.fromEntries(properties) };
  });
  const ids = optionsOf.map(({ id }) => id);
  const id = { description: "The plugin.", enum: ids };
  const names = new Set(optionsOf.flatMap(({ properties }) => Object.keys(properties)));
  const schema: Schema = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "wev.yml",
    description: "Environment variables, or lists of them, and the plugins that resolve them.",
    type: "object",
    patternProperties: { "^__(.+)__": { description: "Ignored: a place for YAML anchors." } },
    additionalProperties: { $ref: "#/definitions/variable" },
    definitions: {
      variable: {
        type: ["object", NOTHING],
        properties: { plugin: { $ref: "#/definitions/plugin" } },
        additionalProperties: false,
      },
      plugin: {
        type: "object",
        properties: { id },
        propertyNames: { enum: ["id", ...names] },
        allOf: optionsOf.map(({ id: own, properties }) => ({
          if: { required: ["id"], properties: { id: { const: own } } },
          then: { properties: { id, ...properties }, additionalProperties: false },
        })),
      },
    },
  };
  return `${JSON.stringify(schema, undefined, 2)}\n`;
}

function formSchema(form: OptionForm = "text"): Schema {
  if (form === "text") return { type: [...SCALAR, NOTHING] };
  if (form === "texts") {
    return { anyOf: [{ type: [...SCALAR, NOTHING] }, { type: "array", items: { type: SCALAR } }] };
  }
  if (form === "list") return { type: ["array", NOTHING], items: { type: SCALAR } };
  if ("choice" in form) return { enum: [...form.choice, null] };
  if ("text" in form) {
    const { length: [_, maxLength] = [], pattern } = form.text;
    return {
      type: [...SCALAR, NOTHING],
      ...(maxLength === undefined ? {} : { maxLength }),
      // An empty text switches off the option of an earlier file.
      ...(pattern === undefined ? {} : { pattern: `^(?:${pattern})?$` }),
    };
  }
  const { min: minimum, max: maximum } = form.integer;
  // A quoted number is a string.
  return {
    anyOf: [
      { type: "integer", minimum, maximum },
      { type: "string", pattern: "^\\d*$" },
      { type: NOTHING },
    ],
  };
}
