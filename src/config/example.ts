/**
 * Examples of variables for messages, with the plugin that the user seems to mean.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { Entry, Node } from "./node.ts";

/** The names of the variables of a session. */
const SESSION_NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** The start of the names of a session. `AWS_REGION` is a variable for `wev-echo`. */
const KEY_NAME = /^aws_(?:access|secret|session|security)/i;
/** Values of `plugin.id` that mean a session. */
const PLUGIN = /wev-aws|aws[-_]?mfa/i;
/** Names of options that mean a session. */
const OPTION = /^(?:mfa|duration|role|token_command)/i;

/** Returns a hint with an example for the variable of `entry`. */
export function exampleOf(entry: Pick<Entry, "names" | "value">): string {
  const { names, value } = entry;
  return names.length >= 3 || names.some((name) => KEY_NAME.test(name)) || isAboutAws(value)
    ? sessionExample(names.length === 3 || names.length === 4 ? names : SESSION_NAMES)
    : echoExample(names.length === 1 ? names[0]! : "NAME");
}

/** Returns a hint with an example for a file that contains only `node`. */
export function exampleFor(node: Node): string {
  return isAboutAws(node) ? sessionExample(SESSION_NAMES) : echoExample("NAME");
}

function sessionExample(names: readonly string[]): string {
  return `Write, for example:\n  [${names.map(escapeControls).join(", ")}]:\n` +
    "    plugin:\n      id: wev-awsmfa\n      duration: 43200";
}

function echoExample(name: string): string {
  return `Write, for example:\n  ${escapeControls(name)}:\n` +
    "    plugin:\n      id: wev-echo\n      value: text";
}

/** Returns whether `node` contains a plugin name or an option of a session. */
function isAboutAws(node: Node): boolean {
  switch (node.kind) {
    case "scalar":
      return PLUGIN.test(node.text);
    case "list":
      return node.items.some(isAboutAws);
    case "mapping":
      return [...node.entries.values()].some(({ names, value }) =>
        names.some((name) => KEY_NAME.test(name) || OPTION.test(name)) || isAboutAws(value)
      );
  }
}
