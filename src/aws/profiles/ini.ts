/**
 * Files in the format of `~/.aws/config`, parsed as the AWS CLI parses them: by the rules of Python's
 * `configparser.RawConfigParser`, and with nested settings below an empty one. Each section, name and value
 * has its place.
 *
 * @module
 */

import { ConfigError, type Location } from "../../errors.ts";

/** A setting of a section. */
export interface Setting {
  /** Its name; in lower case, unless it is nested. */
  readonly name: string;
  /** Its value; with several lines if indented lines follow. */
  readonly value: string;
  /** The place of its name. */
  readonly location: Location;
  /** Where its value begins. */
  readonly valueLocation: Location;
  /** The place of the second line of its value, if it has one. */
  readonly continuation?: Location;
  /** The nested settings, if its own line has no value and indented lines follow. */
  readonly settings?: ReadonlyMap<string, Setting>;
}

/** A section: `[name]` and its settings. */
export interface Section {
  /** The text in the brackets. */
  readonly name: string;
  /** The place of its bracket. */
  readonly location: Location;
  /** Its settings by name, and those of the section `[DEFAULT]`. */
  readonly settings: ReadonlyMap<string, Setting>;
}

/** The name of the section that all others inherit settings from. It is no section itself. */
const DEFAULT = "DEFAULT";

/** A line, or a part of one. */
interface Piece {
  readonly text: string;
  readonly location: Location;
}

/** A setting during parsing. */
interface OpenSetting {
  readonly name: Piece;
  readonly lines: Piece[];
}

/** A section during parsing. */
interface OpenSection {
  readonly name: string;
  readonly location: Location;
  readonly settings: Map<string, OpenSetting>;
}

/**
 * Returns the sections of a file by name, in order.
 *
 * @throws {ConfigError} if the AWS CLI would refuse the file.
 */
export function parseIni(text: string, file: string): Map<string, Section> {
  const sections = new Map<string, OpenSection>();
  const defaults: OpenSection = {
    name: DEFAULT,
    location: { file, line: 1, column: 1 },
    settings: new Map(),
  };
  let section: OpenSection | undefined;
  let setting: OpenSetting | undefined;
  let indent = 0;
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const at = (column: number): Location => ({ file, line: index + 1, column: column + 1 });
    const content = strip(line);
    if (content.startsWith("#") || content.startsWith(";")) continue;
    const column = indentOf(line);
    if (content === "") {
      setting?.lines.push({ text: "", location: at(column) });
      continue;
    }
    if (setting !== undefined && column > indent) {
      setting.lines.push({ text: content, location: at(column) });
      continue;
    }
    indent = column;
    // Up to the last bracket of the line; text after it is ignored.
    const name = /^\[([^\n]+)\]/.exec(content)?.[1];
    if (name !== undefined) {
      section = name === DEFAULT ? defaults : addSection(sections, name, at(column));
      setting = undefined;
      continue;
    }
    const delimiter = content.search(/[=:]/);
    if (section === undefined) throw noSection(content, at(column));
    if (delimiter <= 0) throw noSetting(content, at(column));
    const value = content.slice(delimiter + 1);
    setting = {
      name: {
        text: stripEnd(content.slice(0, delimiter)).toLowerCase(),
        location: at(column),
      },
      lines: [{
        text: strip(value),
        location: at(column + delimiter + 1 + (strip(value) === "" ? 0 : indentOf(value))),
      }],
    };
    addSetting(section, setting);
  }
  return new Map(
    [...sections].map(([name, { location, settings }]) => {
      const all = [...new Map([...defaults.settings, ...settings])];
      return [
        name,
        { name, location, settings: new Map(all.map(([name, one]) => [name, finish(one)])) },
      ];
    }),
  );
}

function addSection(
  sections: Map<string, OpenSection>,
  name: string,
  location: Location,
): OpenSection {
  const former = sections.get(name);
  if (former !== undefined) {
    throw new ConfigError(
      location,
      `duplicate section [${name}], already on line ${former.location.line}`,
      { hint: "Keep one of them. The AWS CLI refuses the file, too." },
    );
  }
  const section = { name, location, settings: new Map() };
  sections.set(name, section);
  return section;
}

function addSetting({ name: section, settings }: OpenSection, setting: OpenSetting): void {
  const { text: name, location } = setting.name;
  const former = settings.get(name);
  if (former !== undefined) {
    throw new ConfigError(
      location,
      `duplicate setting ${name} in section [${section}], already on line ${former.name.location.line}`,
      {
        hint:
          "Keep one of them, or check the section's header above. The AWS CLI refuses the file, too.",
      },
    );
  }
  settings.set(name, setting);
}

/** Returns the error of a line in no section. A line may contain a secret, so no error shows any of it. */
function noSection(content: string, location: Location): ConfigError {
  const bracket = missingBracket(content, location);
  return bracket ?? new ConfigError(location, "this line is in no section", {
    hint: "Write the name of a profile in brackets above it: [default]",
  });
}

function noSetting(content: string, location: Location): ConfigError {
  const bracket = missingBracket(content, location);
  if (bracket !== undefined) return bracket;
  const reason = /^[=:]/.test(content)
    ? "this line has no name before its value"
    : "this line is neither a section nor a setting";
  return new ConfigError(location, reason, {
    hint: "Write [NAME] for a section and name = value for a setting.",
  });
}

function missingBracket(content: string, location: Location): ConfigError | undefined {
  if (!content.startsWith("[")) return undefined;
  const reason = content.startsWith("[]")
    ? "this section has no name"
    : "this section has no closing bracket";
  return new ConfigError(location, reason, { hint: "Write [NAME], all on one line." });
}

function finish({ name, lines }: OpenSetting): Setting {
  const value = stripEnd(lines.map(({ text }) => text).join("\n"));
  const continuation = lines.slice(1).find(({ text }) => text !== "")?.location;
  return {
    name: name.text,
    value,
    location: name.location,
    valueLocation: lines[0]!.location,
    ...(continuation === undefined ? {} : { continuation }),
    ...(value.startsWith("\n") ? { settings: parseNested(name.text, lines) } : {}),
  };
}

function parseNested(owner: string, lines: readonly Piece[]): Map<string, Setting> {
  const settings = new Map<string, Setting>();
  for (const { text, location } of lines) {
    for (const { text: line, index } of splitLines(text)) {
      const content = strip(line);
      if (content === "") continue;
      const at = (column: number): Location => ({ ...location, column: location.column + column });
      const column = index + indentOf(line);
      const equals = content.indexOf("=");
      if (equals < 0) {
        throw new ConfigError(
          at(column),
          `this line belongs to ${owner}, because it is indented, and has no "="`,
          { hint: `Write the value of ${owner} after its "=", or settings below it.` },
        );
      }
      const name = strip(content.slice(0, equals));
      const value = content.slice(equals + 1);
      settings.set(name, {
        name,
        value: strip(value),
        location: at(column),
        valueLocation: at(column + equals + 1 + (strip(value) === "" ? 0 : indentOf(value))),
      });
    }
  }
  return settings;
}

// Text as Python's `str` has it: the AWS CLI strips and splits by these rules, not by JavaScript's.

/**
 * White space of `str.strip()` and `\s` in Python, which is not JavaScript's: it has no U+FEFF, but the
 * separators from U+001C on and U+0085.
 */
const SPACES = new Set(
  "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008" +
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000",
);

/** The line ends of `str.splitlines()`: more than a file has. */
const BREAKS = "\\n-\\r\\x1c-\\x1e\\x85\\u2028\\u2029";
const LINE_END = new RegExp(`\\r\\n|[${BREAKS}]`, "g");

/** Returns how many characters of white space `text` begins with. */
function indentOf(text: string): number {
  let index = 0;
  while (index < text.length && SPACES.has(text[index]!)) index++;
  return index;
}

/** Returns `text` without white space at its end. */
function stripEnd(text: string): string {
  // A regular expression would take quadratic time.
  let end = text.length;
  while (end > 0 && SPACES.has(text[end - 1]!)) end--;
  return text.slice(0, end);
}

/** Returns `text` without white space around it. */
function strip(text: string): string {
  return stripEnd(text.slice(indentOf(text)));
}

/** Returns the lines of `text` by the rules of Python, each with the index of its beginning. */
function splitLines(text: string): { readonly text: string; readonly index: number }[] {
  const lines: { text: string; index: number }[] = [];
  let index = 0;
  for (const match of text.matchAll(LINE_END)) {
    lines.push({ text: text.slice(index, match.index), index });
    index = match.index + match[0].length;
  }
  return [...lines, { text: text.slice(index), index }];
}
