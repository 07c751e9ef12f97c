/**
 * The plugin `wev-echo`: a value that is written in the configuration.
 *
 * @module
 */

import { definePlugin, type Plugin } from "../plugin/mod.ts";

/** Resolves one variable to `value`, or to a list of values joined by `separator`. */
export const echo: Plugin = definePlugin({
  manifest: {
    id: "wev-echo",
    version: "1.0.0",
    otherNames: ["env", "literal", "constant", "static", "text", "value", "set", "print", "printf"],
    options: {
      value: {
        description: "The value. The texts of a list are joined",
        form: "texts",
        required: true,
        effect: "none",
        otherNames: ["text", "string", "content", "values"],
        mayBeEmpty: true,
      },
      separator: {
        description: "What joins the texts of a list",
        default: " ",
        effect: "none",
        otherNames: ["delimiter", "join", "glue"],
        mayBeEmpty: true,
      },
    },
  },

  check({ value, separator }, names) {
    if (names.length !== 1) return { problem: "sets one name", example: "NAME:" };
    const text = value.join(separator);
    if (text.includes("\0")) return { option: "value", problem: "has a NUL character in it" };
    if (!text.isWellFormed()) {
      const example = 'value: "\\U0001F600"';
      return { option: "value", problem: "is not well-formed Unicode", example };
    }
    return undefined;
  },

  constant: ({ value, separator }) => [value.join(separator)],

  explain: ({ value, separator }) => [`Sets "${value.join(separator)}".`],

  resolve: ({ value, separator }) => Promise.resolve({ values: [value.join(separator)] }),
});
