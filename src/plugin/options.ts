/**
 * Reads the options of a plugin by its table. Errors point at the option.
 *
 * @module
 */

import { describeKind, type Entry, type Node } from "../config/node.ts";
import { ConfigError, escapeControls, type Location } from "../errors.ts";
import { integerProblem, textProblem } from "../value_form.ts";
import type { OptionProblem } from "./handler.ts";
import { exampleOf } from "./option_text.ts";
import type { OptionForm, OptionSpec, OptionTable, OptionValue } from "./option_table.ts";

/** The options of one variable, as they are configured. */
export interface WrittenOptions {
  /** The id of the plugin. */
  readonly plugin: string;
  /** The plugin's options. */
  readonly table: OptionTable;
  /** The options that are set, by name. */
  readonly entries: ReadonlyMap<string, Entry>;
  /** The location of the plugin's id. */
  readonly pluginLocation: Location;
  /** The location of the variable's names. */
  readonly variableLocation: Location;
  /** Returns whether a configuration file is in the home directory. */
  isOfHome(file: string): boolean;
}

/** The options of one variable, as they were read. */
export interface ReadOptions {
  /** The values for the handler, by name. */
  readonly values: Readonly<Record<string, OptionValue>>;
  /** The minimum remaining lifetime of cached values in seconds, if an option sets it. */
  readonly minRemaining: number | undefined;
  /** The text that the identity of cached values must contain, if an option sets it. */
  readonly identityHas: string | undefined;
  /** The location of each option that is set. */
  readonly places: Readonly<Record<string, Location>>;
  /** The locations of options that are allowed only in the home directory. */
  readonly ofHome: readonly Location[];
}

/**
 * Reads the options.
 *
 * @throws {ConfigError} if one is unknown, missing, invalid or in the wrong file.
 */
export function readOptions(written: WrittenOptions): ReadOptions {
  const { table, entries } = written;
  // First: a misspelt option must not cause an error about a missing one.
  checkNames(written);
  const specs = Object.entries(table);
  const values = specs.flatMap(([name, spec]): [string, OptionValue][] => {
    const entry = entries.get(name);
    if (entry !== undefined) return [[name, readValue(written, name, entry.value)]];
    if (spec.required) throw optionError(written, { option: name, problem: "is missing" });
    return spec.default === undefined ? [] : [[name, spec.default]];
  });
  const set = specs.flatMap(([name, spec]) => {
    const location = entries.get(name)?.location;
    return location === undefined ? [] : [{ name, spec, location }];
  });
  for (const { name, spec, location } of set) checkFile(written, name, spec, location);
  const all = new Map(values);
  const lifetime = specs.find(([_, { minRemaining }]) => minRemaining)?.[0] ?? "";
  const identity = set.find(({ spec }) => spec.identityHas !== undefined);
  return {
    values: Object.fromEntries(values.filter(([name]) => !table[name]!.minRemaining)),
    minRemaining: all.get(lifetime) as number | undefined,
    identityHas: identity?.spec.identityHas?.replace("{}", () => String(all.get(identity.name))),
    places: Object.fromEntries(set.map(({ name, location }) => [name, location])),
    ofHome: set.filter(({ spec }) => spec.ofHome !== undefined).map(({ location }) => location),
  };
}

/** Returns an error with the problem. It points at the option, or at the variable's names. */
export function optionError(
  { plugin, table, entries, pluginLocation, variableLocation }: WrittenOptions,
  { option, problem, example }: OptionProblem,
): ConfigError {
  return new ConfigError(
    option === undefined ? variableLocation : entries.get(option)?.location ?? pluginLocation,
    option === undefined ? `${plugin} ${problem}` : `"${option}" of ${plugin} ${problem}`,
    { hint: `Write, for example, ${example ?? exampleOf(option ?? "", table[option ?? ""])}` },
  );
}

function checkNames({ plugin, table, entries }: WrittenOptions): void {
  const known = Object.keys(table);
  for (const [name, { location }] of entries) {
    if (known.includes(name)) continue;
    const synonyms = Object.entries(table).flatMap(([right, { otherNames = [] }]) =>
      otherNames.map((other) => [other, right])
    );
    throw new ConfigError(location, `${plugin} has no option "${escapeControls(name)}"`, {
      suggest: { word: name, known, synonyms: Object.fromEntries(synonyms) },
      hint: known.length === 0
        ? "It has no options."
        : `Its options are ${known.toSorted().join(", ")}.`,
    });
  }
}

function readValue(written: WrittenOptions, option: string, node: Node): OptionValue {
  const { form = "text" } = written.table[option]!;
  if (form === "texts" || form === "list") return readTexts(written, option, form, node);
  if (node.kind !== "scalar") {
    throw optionError(written, { option, problem: `must be text: it is ${describeKind(node)}` });
  }
  const problem = problemOf(node.text, form);
  if (problem !== undefined) throw optionError(written, { option, problem });
  return isInteger(form) ? Number(node.text) : node.text;
}

function readTexts(
  written: WrittenOptions,
  option: string,
  form: "texts" | "list",
  node: Node,
): readonly string[] {
  if (form === "list" && node.kind !== "list") {
    throw optionError(written, { option, problem: "must be a list of texts" });
  }
  const isList = node.kind === "list";
  return (isList ? node.items : [node]).map((item) => {
    if (item.kind === "scalar") return item.text;
    const kind = describeKind(item);
    const found = isList ? `contains ${kind}` : `is ${kind}`;
    throw optionError(written, { option, problem: `must be text or a list of texts: it ${found}` });
  });
}

function problemOf(text: string, form: OptionForm): string | undefined {
  if (typeof form === "string") return undefined;
  if ("text" in form) return textProblem(text, form.text);
  const problem = "integer" in form
    ? integerProblem(text, form.integer)
    : form.choice.includes(text)
    ? undefined
    : `must be one of ${form.choice.join(", ")}`;
  return problem && `${problem}: current value is "${escapeControls(text)}"`;
}

function isInteger(form: OptionForm): boolean {
  return typeof form !== "string" && "integer" in form;
}

/** Checks that an option that is allowed only in the home directory is in one of its files. */
function checkFile(
  { plugin, isOfHome }: WrittenOptions,
  name: string,
  { ofHome: reason }: OptionSpec,
  location: Location,
): void {
  if (reason === undefined || isOfHome(location.file)) return;
  throw new ConfigError(
    location,
    `"${name}" of ${plugin} is allowed only in a configuration file of the home directory: ${reason}`,
    { hint: "Move it to .wev.yml in your home directory." },
  );
}
