/**
 * The tables of options in the manual, made from the tables that the program reads. Each stands between
 * two comments, `<!-- table: NAME -->` and `<!-- /table -->`.
 *
 * @module
 */

import { AGENT_VARIABLES } from "../src/cli/agents.ts";
import { OPTIONS } from "../src/cli/options.ts";
import type { Plugin } from "../src/plugin/mod.ts";
import { defaultText, meaningText, valueText } from "../src/plugin/option_text.ts";
import { builtinPlugins } from "../src/plugins/mod.ts";
import { root } from "./paths.ts";

/** The files with tables, below the root. */
export const FILES = ["README.md", "docs/awsmfa.md", "docs/failures.md"];

/**
 * Returns the tables by name: `wev` for the command line, `agents` for what tells of them, and for each plugin one by its id, and one with
 * the meanings alone.
 */
export async function manualTables(): Promise<ReadonlyMap<string, string>> {
  const plugins = await Promise.all([...builtinPlugins.values()].map((load) => load()));
  return new Map([
    ["wev", commandLineTable()],
    ["agents", agentTable()],
    ...plugins.flatMap((plugin) => [
      [plugin.manifest.id, pluginTable(plugin)] as const,
      [`${plugin.manifest.id}/short`, shortTable(plugin)] as const,
    ]),
  ]);
}

/**
 * Returns the Markdown `text` with what `tables` has between its comments.
 *
 * @throws {Error} if it names a table that there is not.
 */
export function withTables(text: string, tables: ReadonlyMap<string, string>): string {
  return text.replace(
    /(<!-- table: (\S+) -->\n).*?(?=<!-- \/table -->)/gs,
    (_, start: string, name: string) => {
      const table = tables.get(name);
      if (table === undefined) throw new Error(`There is no table "${name}"`);
      return `${start}\n${table}\n`;
    },
  );
}

function commandLineTable(): string {
  const rows = OPTIONS.map(({ name, short, value, choices = [], summary }) => [
    [value === undefined ? name : `${name} ${value}`, ...(short === undefined ? [] : [short])]
      .map((word) => `\`${word}\``).join(", "),
    summary.replace(
      /--[\w-]+|\w+/g,
      (word) =>
        word.startsWith("--") || word === value || choices.includes(word) ? `\`${word}\`` : word,
    ),
  ]);
  return markdownTable([["Option", "Meaning"], ...rows]);
}

function agentTable(): string {
  const rows = AGENT_VARIABLES.map(({ variable, agent, source }) => [
    `\`${variable}\``,
    agent,
    `[source](${source})`,
  ]);
  return markdownTable([["Variable", "Agent", "Documented in"], ...rows]);
}

function pluginTable({ manifest: { options } }: Plugin): string {
  const rows = Object.entries(options).map(([name, spec]) => [
    `\`${name}\``,
    meaningText(spec),
    valueText(spec.form),
    defaultText(spec) ?? "",
  ]);
  return markdownTable([["Option", "Meaning", "Value", "If it is not set"], ...rows]);
}

function shortTable({ manifest: { options } }: Plugin): string {
  const rows = Object.entries(options).map(([name, spec]) => [`\`${name}\``, meaningText(spec)]);
  return markdownTable([["Option", "Meaning"], ...rows]);
}

/** Returns a table with the columns as wide as `deno fmt` makes them. */
function markdownTable([head = [], ...rows]: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]!.length))
  );
  const line = (row: readonly string[]) =>
    `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(" | ")} |\n`;
  return [head, widths.map((width) => "-".repeat(width)), ...rows].map(line).join("");
}

if (import.meta.main) {
  const tables = await manualTables();
  for (const file of FILES) {
    const text = await Deno.readTextFile(`${root}${file}`);
    await Deno.writeTextFile(`${root}${file}`, withTables(text, tables));
  }
}
