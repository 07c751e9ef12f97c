/**
 * Looks for code that no test holds: changes one operator, condition or constant at a time in a copy of
 * the repository, runs the tests nearest to it, and lists the changes that they did not notice.
 *
 *     deno task mutate src/cache/store.ts src/config -- tests/plan
 *
 * Before `--` are files and folders to change. The tests of `src/a/b.ts` are `tests/a/b_test.ts`, else
 * all in `tests/a`, and for each file those after `--`. Exits with 1 if a change survived.
 *
 * Stryker and its like have no runner for Deno. This reads source by regular expressions, which is enough
 * for source that `deno fmt` has laid out.
 *
 * @module
 */

import { root } from "./paths.ts";

/** A change of a file. */
interface Mutant {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/** Texts that are not code: comments, strings, and regular expressions where an operand can stand. */
const NO_CODE =
  /\/\*[^]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\])*`|(?<=[(,=:?&|!]\s*|return )\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/\w*/g;
/** Lines that only name types or modules. */
const NO_RUN = /^(?:import|export \{|export type|type|interface)\b|^\s*readonly \w+\??: /;

const SWAPS: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "&&": "||",
  "||": "&&",
  "??": "&&",
  "+": "-",
  "-": "+",
  "*": "/",
  "true": "false",
  "false": "true",
  ".some(": ".every(",
  ".every(": ".some(",
  ".startsWith(": ".endsWith(",
  ".endsWith(": ".startsWith(",
};
const OPERATOR =
  /(?<= )(?:===|!==|<=?|>=?|&&|\|\||\?\?|[+*-])(?=\s)|\b(?:true|false)\b|\.(?:some|every|startsWith|endsWith)\(/g;
const NUMBER = /(?<![\w.$])\d[\d_]*(?![\w.])/g;
/** A condition, up to the line's end or the parenthesis that ends it. */
const CONDITION = /\b(?:if|while) \(/g;
/** A call that is a statement of one line. */
const CALL = /^ +(?:await )?[\w#.?]+\(.*\);$|^ +throw .*;$/gm;

/** Returns the changes of `source` that are to be tried. */
function mutantsOf(source: string): Mutant[] {
  const blank = (text: string) => text.replace(/[^\n]/g, "_");
  const code = source.replace(NO_CODE, blank);
  const mutants: Mutant[] = [];
  const add = (start: number, end: number, replacement: string) => {
    const lineStart = source.lastIndexOf("\n", start) + 1;
    if (!NO_RUN.test(source.slice(lineStart))) mutants.push({ start, end, replacement });
  };
  for (const { 0: text, index } of code.matchAll(OPERATOR)) {
    add(index, index + text.length, SWAPS[text]!);
  }
  for (const { 0: text, index } of code.matchAll(NUMBER)) {
    add(index, index + text.length, String(Number(text.replaceAll("_", "")) + 1));
  }
  for (const { 0: text, index } of code.matchAll(CONDITION)) {
    const start = index + text.length;
    let end = start;
    for (let depth = 1; depth > 0 && end < code.length; end++) {
      depth += code[end] === "(" ? 1 : code[end] === ")" ? -1 : 0;
    }
    const condition = source.slice(start, end - 1);
    if (!text.startsWith("while")) add(start, end - 1, `true || (${condition})`);
    add(start, end - 1, `false && (${condition})`);
  }
  for (const { 0: text, index } of code.matchAll(CALL)) add(index, index + text.length, "");
  return mutants.sort((a, b) => a.start - b.start);
}

/** Milliseconds that the tests of a change may take: it may have made a loop endless. */
const PATIENCE = 30_000;

/** Returns whether `tests` fail in `directory`. */
async function fails(tests: readonly string[], directory: string): Promise<boolean> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "-q", "--no-check", "--fail-fast", ...tests],
    cwd: directory,
    stdin: "null",
    stdout: "null",
    stderr: "null",
    signal: AbortSignal.timeout(PATIENCE),
  });
  return !(await command.spawn().status).success;
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(`${root}${path}`) !== undefined;
  } catch {
    return false;
  }
}

/** Returns the source files at or below `path`. */
function filesBelow(path: string): string[] {
  if (path.endsWith(".ts")) return [path];
  const entries = [...Deno.readDirSync(`${root}${path}`)].map(({ name }) => `${path}/${name}`);
  return entries.filter((name) => name.endsWith(".ts") || !name.includes(".")).flatMap(filesBelow);
}

/** Returns the tests of a source file. */
function testsOf(file: string): string[] {
  const mirror = file.replace(/^src/, "tests").replace(/\.ts$/, "_test.ts");
  return [mirror, mirror.slice(0, mirror.lastIndexOf("/"))].filter(exists).slice(0, 1);
}

/** Tries all changes of `file` in the copy `directory`; prints those that survive, and counts both. */
async function mutate(file: string, directory: string, more: readonly string[]) {
  const tests = [...testsOf(file), ...more];
  const source = Deno.readTextFileSync(`${root}${file}`);
  const mutants = mutantsOf(source);
  let survivors = 0;
  if (tests.length === 0 || await fails(tests, directory)) {
    throw new Error(`No tests of ${file} pass`);
  }
  for (const { start, end, replacement } of mutants) {
    const changed = source.slice(0, start) + replacement + source.slice(end);
    Deno.writeTextFileSync(`${directory}/${file}`, changed);
    if (await fails(tests, directory)) continue;
    survivors++;
    const lines = source.slice(0, start).split("\n");
    const place = `${file}:${lines.length}:${lines.at(-1)!.length + 1}`;
    print(`${place}: ${source.slice(start, end).trim()} -> ${replacement || "nothing"}`);
  }
  Deno.writeTextFileSync(`${directory}/${file}`, source);
  print(`${file}: ${mutants.length - survivors} of ${mutants.length} changes noticed`);
  return survivors;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Copies what git keeps, or would, to `directory`. */
function copyTo(directory: string): void {
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = new Deno.Command("git", { args, cwd: root }).outputSync();
  for (
    const path of new TextDecoder().decode(stdout).split("\0").filter((path) =>
      path !== "" && exists(path)
    )
  ) {
    const copy = `${directory}/${path}`;
    Deno.mkdirSync(copy.slice(0, copy.lastIndexOf("/")), { recursive: true });
    Deno.copyFileSync(`${root}${path}`, copy);
  }
}

if (import.meta.main) {
  const at = Deno.args.indexOf("--");
  const [paths, more] = at < 0
    ? [Deno.args, []]
    : [Deno.args.slice(0, at), Deno.args.slice(at + 1)];
  const directory = Deno.makeTempDirSync({ prefix: "wev-mutants-" });
  let survivors = 0;
  try {
    copyTo(directory);
    for (const file of paths.flatMap(filesBelow)) survivors += await mutate(file, directory, more);
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
  Deno.exit(survivors === 0 ? 0 : 1);
}
