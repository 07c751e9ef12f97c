/**
 * YAML documents of the kinds that people write in a `wev.yml`, generated from a number.
 *
 * @module
 */

/** Returns document number `seed`: the same text every time. */
export function yamlDocument(seed: number): string {
  return new Writer(seed).document();
}

/** Returns document number `seed` with a character more, less or another: it may be none. */
export function damagedDocument(seed: number): string {
  const writer = new Writer(seed);
  return writer.damage(writer.document());
}

const KEYS = ["A", "B_2", "plugin", "id", "value", "'q k'", '"d\\tk"', "<<x", "é", "😀", "a b"];
const PLAIN = [
  ..."a|text|1.10|007|yes|~|null|2021-01-31|é|😀|x#y|a'b|a\"b|-x|?x|:x|a:b|--|b%|a@b|a&b|a*b|a!b"
    .split(
      "|",
    ),
  "https://h:80/p?q=1&r#f",
  "C:\\dir",
  "${HOME}/x",
  "two words",
  "a  b",
  "a\tb",
  "a - b",
  "a ? b",
];
/** Plain texts that end at an indicator between brackets. */
const PLAIN_OUTSIDE = ["a,b", "a, b", "[a".slice(1) + "[", "a]", "a{b}", "x}y"];
const QUOTED = [
  "",
  " ",
  "a",
  "b c",
  "# no",
  "x: y",
  "- z",
  "[",
  "}",
  "é😀",
  "a\tb",
  "  c",
  "%",
  "|",
];
const ESCAPES = [
  "\\n",
  "\\t",
  "\\\\",
  '\\"',
  "\\x41",
  "\\u00e9",
  "\\U0001F600",
  "\\ ",
  "\\/",
  "\\0",
];
const ANCHORS = ["a", "b1", "c-d"];

class Writer {
  #state: number;
  #anchors: string[] = [];
  #mappings: string[] = [];

  constructor(seed: number) {
    this.#state = seed;
  }

  document(): string {
    const start = this.#one([
      "",
      "",
      "",
      "",
      "---\n",
      "--- # c\n",
      "%YAML 1.2\n---\n",
      "# c\n%YAML 1.1\n---\n",
    ]);
    const end = this.#one(["", "", "", "", "...\n", "# end", "...\n# end\n", "\n\n", "...  # e\n"]);
    const body = this.#mapping(0, 0, true);
    const text = start + body + end;
    const spaced = this.#in(3) ? text : text.replaceAll("\t", " ");
    const lineBreak = this.#one(["\n", "\n", "\n", "\n", "\r\n", "\r"]);
    const trimmed = this.#in(8) ? spaced.replace(/\n+$/, "") : spaced;
    return (this.#in(20) ? "\ufeff" : "") + trimmed.replaceAll("\n", lineBreak);
  }

  /** One to four entries, indented by `indent`. */
  #mapping(indent: number, depth: number, top = false): string {
    const seen = new Set<string>();
    let text = "";
    for (let count = 1 + this.#below(4); count > 0; count--) {
      const key = this.#key(top, seen);
      if (key === undefined) continue;
      text += this.#between(indent) + " ".repeat(indent);
      if (this.#in(12)) text += `?${this.#blank()}${key}\n${" ".repeat(indent)}:`;
      else text += `${key}${this.#one(["", "", "", "", " ", "\t"])}:`;
      text += this.#value(indent, depth);
    }
    if (!top && this.#mappings.length > 0 && this.#in(6)) {
      text += `${" ".repeat(indent)}<<: *${this.#one(this.#mappings)}\n`;
    }
    return text === "" ? `${" ".repeat(indent)}Z: z\n` : text;
  }

  #key(top: boolean, seen: Set<string>): string | undefined {
    const names = [this.#one(KEYS)];
    if (top && this.#in(4)) names.push(...["X1", "X2", "X3"].slice(this.#below(3)));
    const key = names.length === 1
      ? names[0]!
      : `[${this.#one(["", " "])}${names.join(this.#one([", ", ",", " , "]))}${
        this.#one(["", " ", ","])
      }]`;
    if (seen.has(key)) return undefined;
    seen.add(key);
    return key;
  }

  /** What follows a ":", to the end of its last line. */
  #value(indent: number, depth: number): string {
    const further = indent + 1 + this.#below(3);
    const anchor = this.#in(8) ? `&${this.#one(ANCHORS)}${this.#below(100)}` : "";
    const properties = (anchor === "" ? "" : ` ${anchor}`) + (this.#in(15) ? " !!str" : "");
    if (depth < 4 && this.#in(4)) {
      const mapping = this.#mapping(further, depth + 1);
      if (anchor !== "") this.#mappings.push(anchor.slice(1));
      return `${anchor === "" ? "" : ` ${anchor}`}${this.#lineEnd()}${mapping}`;
    }
    if (depth < 4 && this.#in(6)) {
      return `${anchor === "" ? "" : ` ${anchor}`}${this.#lineEnd()}${
        this.#sequence(this.#in(2) ? indent : further, depth + 1)
      }`;
    }
    if (anchor === "" && this.#anchors.length > 0 && this.#in(10)) {
      return `${this.#blank()}*${this.#one(this.#anchors)}${this.#lineEnd()}`;
    }
    if (this.#in(5)) {
      return properties.replace(" !!str", "") + this.#blank() + this.#flow(further, 0) +
        this.#lineEnd();
    }
    if (anchor !== "") this.#anchors.push(anchor.slice(1));
    if (this.#in(8)) return properties + this.#lineEnd();
    if (this.#in(4)) return properties + this.#block(indent);
    return properties + (this.#in(10) ? `\n${" ".repeat(further)}` : this.#blank()) +
      this.#flowScalar(further, false) + this.#lineEnd();
  }

  #sequence(indent: number, depth: number): string {
    let text = "";
    for (let count = 1 + this.#below(3); count > 0; count--) {
      text += `${this.#between(indent)}${" ".repeat(indent)}-`;
      if (depth < 4 && this.#in(5)) {
        const gap = 1 + this.#below(3);
        text += " ".repeat(gap) +
          this.#mapping(indent + 1 + gap, depth + 1).replace(/^(?:[ \t]*(?:#.*)?\n)*[ ]*/, "");
      } else if (depth < 4 && this.#in(8)) {
        text += ` ${
          this.#sequence(indent + 2, depth + 1).replace(/^(?:[ \t]*(?:#.*)?\n)*[ ]*/, "")
        }`;
      } else text += this.#value(indent, depth);
    }
    return text;
  }

  /** A literal or folded text, from its indicator on. */
  #block(indent: number): string {
    const explicit = this.#in(4) ? 1 + this.#below(3) : 0;
    const chomping = this.#one(["", "-", "+"]);
    const header = this.#in(2) ? `${explicit || ""}${chomping}` : `${chomping}${explicit || ""}`;
    const inner = indent + (explicit || 1 + this.#below(3));
    let text = ` ${this.#one(["|", ">"])}${header}${this.#lineEnd()}`;
    const lines = this.#below(6);
    let started = explicit > 0;
    for (let line = 0; line < lines; line++) {
      if (this.#in(4)) text += `${" ".repeat(this.#below(started ? inner + 3 : inner + 1))}\n`;
      else {
        const more = started && this.#in(4) ? this.#one([" ", "  ", "\t"]) : "";
        text += `${" ".repeat(inner)}${more}${
          this.#one([...PLAIN, "# no", "- a", "x: y", "'", '"', "{", "a ", "b\t"])
        }\n`;
        started = true;
      }
    }
    if (this.#in(8)) text += `${" ".repeat(this.#below(inner))}# c\n`;
    return text;
  }

  /** A plain or quoted text that may go over lines. */
  #flowScalar(indent: number, inFlow: boolean): string {
    const kind = this.#below(3);
    const quote = ["", "'", '"'][kind]!;
    const words = [];
    for (let count = 1 + this.#below(this.#in(2) ? 1 : 4); count > 0; count--) {
      if (kind === 0) words.push(this.#one(inFlow ? PLAIN : [...PLAIN, ...PLAIN_OUTSIDE]));
      else if (kind === 1) words.push(this.#one([...QUOTED, "''", '"', "\\"]));
      else words.push(this.#one([...QUOTED, ...ESCAPES, "'"]));
    }
    let text = words[0]!;
    for (const word of words.slice(1)) {
      if (this.#in(2)) text += this.#one(kind === 0 ? [" ", "  "] : [" ", "", "\t"]) + word;
      else {
        if (kind === 2 && this.#in(3)) text += "\\";
        else text += this.#one(["", "", " ", "\t", " \t "]);
        while (this.#in(3)) text += `\n${" ".repeat(this.#below(4))}${this.#one(["", "", "\t"])}`;
        text += `\n${" ".repeat(indent + this.#below(3))}${this.#one(["", "", "", "\t"])}${
          kind === 2 && this.#in(8) ? "\\ " : ""
        }${kind === 0 && /^[-?:#]/.test(word) ? "w" : ""}${word}`;
      }
    }
    return quote + text + quote;
  }

  #flow(indent: number, depth: number): string {
    const isMapping = this.#in(2);
    const items = [];
    for (let count = this.#below(4); count > 0; count--) {
      const value = depth < 3 && this.#in(5)
        ? this.#flow(indent, depth + 1)
        : this.#anchors.length > 0 && this.#in(10)
        ? `*${this.#one(this.#anchors)} `
        : this.#flowScalar(indent, true);
      if (!isMapping) items.push(value);
      else {
        const key = `${this.#one(["k", "'k", '"k', "a b"])}${count}`;
        const quote = /^['"]/.exec(key)?.[0] ?? "";
        const form = this.#below(8);
        items.push(
          form === 0
            ? key + quote
            : form === 1
            ? `${key}${quote}:`
            : `${key}${quote}${this.#one(["", "", " "])}:${
              quote !== "" && this.#in(4) ? "" : this.#flowSpace(indent) || " "
            }${value}`,
        );
      }
    }
    const comma = () => `${this.#in(6) ? this.#flowSpace(indent) : ""},${this.#flowSpace(indent)}`;
    let text = "";
    for (const [index, item] of items.entries()) text += (index === 0 ? "" : comma()) + item;
    if (items.length > 0 && this.#in(5)) text += ",";
    const [open, close] = isMapping ? "{}" : "[]";
    return `${open}${this.#flowSpace(indent)}${text}${this.#flowSpace(indent)}${close}`;
  }

  #flowSpace(indent: number): string {
    const line = () => `\n${" ".repeat(indent + this.#below(3))}`;
    switch (this.#below(10)) {
      case 0:
        return line();
      case 1:
        return ` # c, ]}'"${line()}`;
      case 2:
        return "\t";
      case 3:
        return ` \t${line()}`;
      case 4:
        return `\n${line()}\t`;
      default:
        return this.#one(["", " ", " "]);
    }
  }

  /** Comments and empty lines before an entry. */
  #between(indent: number): string {
    if (!this.#in(6)) return "";
    return this.#one([
      "\n",
      "  \n",
      "\t\n",
      "# c\n",
      `${" ".repeat(indent)}# c: [\n`,
      `${" ".repeat(indent + 3)}# 'c\n`,
      "\n\n# c\n\n",
    ]);
  }

  #lineEnd(): string {
    return this.#one(["", "", "", "", "", " ", "\t", " # c", "\t# c: 'd", "  \t "]) + "\n";
  }

  /** What stands between an indicator and what follows it. */
  #blank(): string {
    return this.#one([" ", " ", " ", " ", "  ", "\t", " \t"]);
  }

  /** Returns a text with a character more, less or another. */
  damage(text: string): string {
    const characters = [...text];
    const at = this.#below(characters.length);
    const other = this.#one([
      ..." \t\n:,-?[]{}'\"#&*!|>%@`\\.a<",
      ": ",
      " #",
      "\n\n",
      "- ",
      "\\\n",
    ]);
    characters.splice(at, this.#below(2), ...this.#in(3) ? [] : [other]);
    return characters.join("");
  }

  #one<Value>(values: readonly Value[]): Value {
    return values[this.#below(values.length)]!;
  }

  #in(chances: number): boolean {
    return this.#below(chances) === 0;
  }

  /** Returns a whole number from 0 to `limit` - 1 (mulberry32). */
  #below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor(((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296 * limit);
  }
}
