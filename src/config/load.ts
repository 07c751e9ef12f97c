/**
 * Loads the variables of a working directory: finds, reads, merges and checks the files.
 *
 * @module
 */

import { ConfigError, escapeControls, formatLocation, type Location } from "../errors.ts";
import type { FileInfo, Files, System } from "../runtime.ts";
import { exampleOf } from "./example.ts";
import { candidatePaths, configDirectories, type DiscoverOptions } from "./discover.ts";
import { mergeConfigs } from "./merge.ts";
import { describeKind, type Entry, type MappingNode } from "./node.ts";
import { isHomeFile } from "./home_file.ts";
import { parseConfig, tooLarge } from "./parse.ts";
import { type Reader, readIfSafe } from "./read_if_safe.ts";
import { unsafeFileError } from "./unsafe_file.ts";

/** Top-level keys of this form (`__base__`) are not variables, but a place for anchors. */
const IGNORED_KEY = /^__(.+)__/;

/** A configured variable: one or more names and one plugin. */
export interface Variable {
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** Its location in the strongest file that has it. */
  readonly location: Location;
  /** The location of each name, in the strongest file. */
  readonly nameLocations: readonly Location[];
  /** Its locations in weaker files, the strongest first. */
  readonly overrides: readonly Location[];
  /** Its value in the files of the home directory alone; `undefined` if they do not have it. */
  readonly own: Entry | undefined;
  /** The value of `plugin.id`. */
  readonly pluginId: string;
  /** The location of `plugin.id`. */
  readonly pluginIdLocation: Location;
  /** The other entries of `plugin`, by key. */
  readonly options: ReadonlyMap<string, Entry>;
}

/** A configuration: its files, the weakest first, and its variables in order. */
export interface Configuration {
  /** Absolute paths of the files. */
  readonly files: readonly string[];
  /** The content of the files, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The directories in which files were searched. */
  readonly directories: readonly string[];
  /** The variables, in the order of first appearance. */
  readonly variables: readonly Variable[];
  /** The variables of weaker files that a stronger file switches off by an empty value. */
  readonly switchedOff: readonly SwitchedOff[];
}

/** A variable that is switched off. */
export type SwitchedOff = Pick<
  Variable,
  "names" | "location" | "nameLocations" | "overrides" | "own"
>;

/**
 * Reads the configuration of a working directory, each file once.
 *
 * @throws {ConfigError} if a file is unsafe, unreadable or invalid, or the merged configuration is invalid.
 */
export function loadConfiguration(
  files: Files,
  options: DiscoverOptions,
  reader: Reader,
): Configuration {
  const sources = existingSources(files, options, reader);
  const empty: MappingNode = {
    kind: "mapping",
    entries: new Map(),
    location: { file: "", line: 1, column: 1 },
  };
  const parsed = sources.map(({ path, bytes }) => parseConfig(bytes, path));
  const merged = parsed.reduce(mergeConfigs, empty);
  const own = parsed.filter((_, index) => isHomeFile(files, sources[index]!.path, options))
    .reduce(mergeConfigs, empty);
  const entries = [...merged.entries].filter(([_, { names }]) => !isIgnored(names));
  const switchedOff = entries.filter(([_, entry]) => isSwitchedOff(entry))
    .map(([identity, entry]) => ({ ...entry, own: own.entries.get(identity) }));
  const variables = entries.filter(([_, entry]) => !isSwitchedOff(entry))
    .map(([identity, entry]) => ({
      ...readVariable(entry, options.system),
      own: own.entries.get(identity),
    }));
  checkNamesAreUnique(variables, options.system);
  return {
    files: sources.map(({ path }) => path),
    texts: new Map(sources.map(({ path, bytes }) => [path, new TextDecoder().decode(bytes)])),
    directories: configDirectories(options),
    variables,
    switchedOff,
  };
}

/** An empty value switches an inherited variable off. */
function isSwitchedOff({ value, overrides }: Entry): boolean {
  return value.kind === "scalar" && value.text === "" && overrides.length > 0;
}

function isIgnored(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => IGNORED_KEY.test(name));
}

/** A file of the configuration. */
interface Source {
  readonly path: string;
  readonly info: FileInfo;
  readonly bytes: Uint8Array;
}

/** Reads the existing files, the weakest first, no file twice. */
function existingSources(files: Files, options: DiscoverOptions, reader: Reader): Source[] {
  const { home, ancestors } = candidatePaths(options);
  const read = (path: string) => {
    const source = readSource(files, path, reader);
    return source === undefined ? [] : [source];
  };
  const inAncestors = ancestors.flatMap(read);
  // A file of an ancestor directory is not read again as one of home, even by another path.
  const inHome = home.flatMap(read).filter(({ info }) =>
    !inAncestors.some((other) => isSameFile(info, other.info))
  );
  return [...inHome, ...inAncestors];
}

function isSameFile(one: FileInfo, other: FileInfo): boolean {
  return one.inode !== 0 && one.inode === other.inode && one.device === other.device;
}

function readSource(files: Files, path: string, reader: Reader): Source | undefined {
  const found = reading(path, () => readIfSafe(files, path, reader));
  if (found === undefined) return undefined;
  if ("unsafe" in found) throw unsafeFileError(path, found.unsafe, reader);
  const { info, bytes } = found;
  if (info.kind === "directory") throw cannotRead(path, "it is a directory");
  if (info.kind !== "file") throw cannotRead(path, "it is not a file");
  if (bytes === undefined) throw tooLarge(path);
  return { path, info, bytes };
}

function reading<Result>(path: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw cannotRead(path, error instanceof Error ? error.message : String(error));
  }
}

function cannotRead(file: string, reason: string): ConfigError {
  return new ConfigError({ file, line: 1, column: 1 }, `Cannot read the configuration: ${reason}`, {
    hint: "Make the file readable, or remove it.",
  });
}

/** The hint for an empty value with nothing to switch off: the file may be valid elsewhere. */
const NOTHING_INHERITED =
  "There is no inherited variable to switch off: a weaker file must have the same names in the " +
  "same order.";

function readVariable(entry: Entry, system: System): Omit<Variable, "own"> {
  checkNames(entry, system);
  const label = entry.names.map(escapeControls).join(", ");
  const isEmpty = entry.value.kind === "scalar" && entry.value.text === "";
  const hint = () => (isEmpty ? `${NOTHING_INHERITED}\n` : "") + exampleOf(entry);
  if (entry.value.kind !== "mapping") {
    throw new ConfigError(
      entry.location,
      `${label} must be a mapping with "plugin": this is ${describeKind(entry.value)}`,
      { hint: hint() },
    );
  }
  const plugin = entry.value.entries.get("plugin");
  const stranger = [...entry.value.entries.values()].find((other) => other !== plugin);
  if (stranger !== undefined) {
    throw new ConfigError(
      stranger.location,
      `${label} has the unknown key "${stranger.names.map(escapeControls).join(", ")}"`,
      {
        hint: 'A variable has one key, "plugin"; the options of the plugin go below that.\n' +
          hint(),
      },
    );
  }
  if (plugin === undefined) {
    throw new ConfigError(entry.location, `${label} has no "plugin"`, { hint: hint() });
  }
  if (plugin.value.kind !== "mapping") {
    throw new ConfigError(
      plugin.location,
      `"plugin" of ${label} must be a mapping with "id": this is ${describeKind(plugin.value)}`,
      { hint: hint() },
    );
  }
  const options = new Map(plugin.value.entries);
  const id = options.get("id");
  options.delete("id");
  if (id === undefined) {
    throw new ConfigError(plugin.location, `"plugin" of ${label} has no "id"`, { hint: hint() });
  }
  if (id.value.kind !== "scalar" || id.value.text === "") {
    throw new ConfigError(
      id.location,
      `"id" of ${label} must be the name of a plugin: this is ${describeKind(id.value)}`,
      { hint: hint() },
    );
  }
  return {
    names: entry.names,
    location: entry.location,
    nameLocations: entry.nameLocations,
    overrides: entry.overrides,
    pluginId: id.value.text,
    pluginIdLocation: id.location,
    options,
  };
}

/** Checks that an environment can have these names: see environ(7). */
function checkNames(entry: Entry, system: System): void {
  if (entry.names.length === 0) {
    throw new ConfigError(entry.location, "The list of names is empty", {
      hint: "Write, for example, [NAME, OTHER_NAME]:",
    });
  }
  for (const [index, name] of entry.names.entries()) {
    const shown = escapeControls(name);
    const wrong = name === ""
      ? "is empty"
      : name.includes("=")
      ? 'has a "=" in it'
      : name.includes("\0")
      ? "has a NUL character in it"
      : !name.isWellFormed()
      ? "is not well-formed Unicode"
      : shown !== name
      ? "has a control or invisible character in it"
      : undefined;
    if (wrong !== undefined) {
      throw new ConfigError(
        entry.nameLocations[index] ?? entry.location,
        `"${shown}" can't be the name of an environment variable: it ${wrong}`,
        { hint: "Use letters, digits and underscores." },
      );
    }
  }
  const seen = new Set<string>();
  for (const name of entry.names.map((name) => comparable(name, system))) {
    if (seen.has(name)) {
      throw new ConfigError(entry.location, `The name ${escapeControls(name)} is listed twice`, {
        hint: "Name each variable once.",
      });
    }
    seen.add(name);
  }
}

function checkNamesAreUnique(variables: readonly Variable[], system: System): void {
  const owners = new Map<string, Variable>();
  for (const variable of variables) {
    for (const name of variable.names) {
      const owner = owners.get(comparable(name, system));
      if (owner !== undefined) {
        throw new ConfigError(
          variable.location,
          `${escapeControls(name)} is set twice: here and at ${formatLocation(owner.location)}`,
          {
            hint: "Two keys are the same variable only if they list the same names in the same " +
              "order. Make them the same, or remove the name from one.",
          },
        );
      }
      owners.set(comparable(name, system), variable);
    }
  }
}

/** On Windows, `Path` and `PATH` are the same variable. */
function comparable(name: string, system: System): string {
  return system === "windows" ? name.toUpperCase() : name;
}
