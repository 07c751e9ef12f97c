/**
 * The plugin `wev-echo`: a value that stands in the configuration.
 *
 * @module
 */

import type { Plugin } from "../plugin/mod.ts";

/** Options of `wev-echo`. */
export interface EchoOptions {
  /** The value. */
  readonly value: string;
}

/** Resolves one variable to `value`, or to a list of values joined by `separator`. */
export const echo: Plugin<EchoOptions> = {
  id: "wev-echo",
  version: "1.0.0",
  options: {
    value: "The value: a text, or a list of texts to be joined.",
    separator: "What goes between the texts of a list: one space where it is not set.",
  },

  otherNames: ["env", "literal", "constant", "static", "text", "value", "set", "print", "printf"],
  synonyms: {
    text: "value",
    string: "value",
    content: "value",
    values: "value",
    delimiter: "separator",
    join: "separator",
    glue: "separator",
  },
  mayBeEmpty: ["value", "separator"],
  forms: { value: { kind: "texts" } },

  parse(options, names): EchoOptions {
    const values = options.texts("value");
    const separator = options.text("separator") ?? " ";
    if (values === undefined) throw options.missing("value", "value: text");
    if (names.length !== 1) throw options.wrongNames("one name", "NAME:");
    const value = values.join(separator);
    if (value.includes("\0")) {
      throw options.invalid("value", "has a NUL character in it", "value: text");
    }
    if (!value.isWellFormed()) {
      throw options.invalid("value", "is not well-formed Unicode", 'value: "\\U0001F600"');
    }
    return { value };
  },

  constant: ({ value }) => [value],

  explain: ({ value }) => [`Sets "${value}".`],

  resolve: ({ value }) => Promise.resolve({ values: [value] }),
};
