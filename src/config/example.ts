/**
 * Examples of variables, for messages: each of the plugin that its reader has in mind.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { Entry, Node } from "./node.ts";

/** The names of a session, as programs know them. */
const SESSION_NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** How the names of a session begin. `AWS_REGION` is for `wev-echo`. */
const KEY_NAME = /^aws_(?:access|secret|session|security)/i;
/** What `plugin.id` of a session looks like. */
const PLUGIN = /wev-aws|aws[-_]?mfa/i;
/** What the options of a session are called. */
const OPTION = /^(?:mfa|duration|role|token_command)/i;

/** Returns a hint that shows how the variable of `entry` could be written. */
export function exampleOf(entry: Pick<Entry, "names" | "value">): string {
  const { names, value } = entry;
  return names.length >= 3 || names.some((name) => KEY_NAME.test(name)) || isAboutAws(value)
    ? sessionExample(names.length === 3 || names.length === 4 ? names : SESSION_NAMES)
    : echoExample(names.length === 1 ? names[0]! : "NAME");
}

/** Returns a hint that shows how a whole file could be written, in which `node` stands now. */
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

/** Returns whether a plugin's name or its options in `node` say that it is about AWS. */
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
