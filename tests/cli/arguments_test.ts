import assert from "node:assert/strict";
import {
  type Arguments,
  asksForJson,
  codePositions,
  parseArguments,
  UsageError,
} from "../../src/cli/arguments.ts";
import { OPTIONS, type OptionSpec } from "../../src/cli/options.ts";

const PARSED: Record<string, readonly [args: string[], expected: Partial<Arguments>]> = {
  "a command": [["aws", "s3", "ls"], { command: ["aws", "s3", "ls"] }],
  "a command's own options": [
    ["aws", "--version", "-h", "--log-level", "x", "--", "--explain"],
    { command: ["aws", "--version", "-h", "--log-level", "x", "--", "--explain"] },
  ],
  "options before a command": [
    ["--refresh", "--log-level", "debug", "env", "-i"],
    { command: ["env", "-i"], refresh: true, logLevel: "debug" },
  ],
  "a command after --": [["--", "--version"], { command: ["--version"] }],
  "a second -- as the command": [["--", "--", "x"], { command: ["--", "x"] }],
  "a dash as the command": [["-", "x"], { command: ["-", "x"] }],
  "an empty word as the command": [["", "x"], { command: ["", "x"] }],
  "no arguments": [[], { action: "help" }],
  "--help": [["--help"], { action: "help" }],
  "-h before anything else": [["-h", "--version", "--explain"], { action: "help" }],
  "--version": [["--version"], { action: "version" }],
  "--explain": [["--explain"], { action: "explain", json: false }],
  "--explain --json": [["--explain", "--json"], { action: "explain", json: true }],
  "--json before a command": [["--json", "aws", "--x"], { json: true, command: ["aws", "--x"] }],
  "--explain before a command": [["--explain", "aws", "s3"], { action: "explain" }],
  "--log-level=": [["--log-level=warning", "x"], { logLevel: "warning", command: ["x"] }],
  "--log-level in upper case": [["--log-level", "WARNING", "x"], { logLevel: "warning" }],
  "--log-level critical": [["--log-level", "CRITICAL", "x"], { logLevel: "error" }],
  "the last --log-level": [["--log-level", "info", "--log-level", "error", "x"], {
    logLevel: "error",
  }],
  "--completions": [["--completions", "zsh"], { action: "completions", shell: "zsh" }],
  "--min-remaining": [["--min-remaining", "600", "x"], { minRemaining: 600 }],
  "--login with what a run takes": [
    ["--token", "123456", "--refresh", "--min-remaining=60", "--login", "--json"],
    { action: "login", token: "123456", refresh: true, minRemaining: 60, json: true },
  ],
  "--check --min-remaining": [["--check", "--min-remaining", "60"], {
    action: "check",
    minRemaining: 60,
  }],
  "--lock": [["--lock"], { action: "lock" }],
  "--wait": [["--wait", "600", "x"], { wait: 600 }],
  "--wait=0": [["--wait=0", "x"], { wait: 0 }],
  "--answer --json": [["--answer", "--json"], { action: "answer", json: true }],
  "--answer with a code": [["--answer", "--token", "123456"], {
    action: "answer",
    token: "123456",
  }],
  "--deny": [["--deny"], { action: "deny" }],
};

for (const [what, [args, expected]] of Object.entries(PARSED)) {
  Deno.test(`parseArguments() reads ${what}`, () => {
    const parsed = parseArguments(args);
    for (const [name, value] of Object.entries(expected)) {
      assert.deepEqual(parsed[name as keyof Arguments], value, name);
    }
    if (expected.action === undefined) assert.equal(parsed.action, undefined);
  });
}

const WRONG: Record<string, readonly [args: string[], message: RegExp, word?: string]> = {
  "an unknown option": [["--explian"], /^There is no option --explian$/, "--explian"],
  "an unknown short option": [["-x", "true"], /^There is no option -x$/, "-x"],
  "an unknown option with a value": [["--levl=3", "x"], /^There is no option --levl$/, "--levl"],
  "an option with control characters": [
    ["--\x1b[2J"],
    /^There is no option --\\x1b\[2J$/,
    "--\x1b[2J",
  ],
  "--log-level without a level": [["--log-level"], /^--log-level needs a LEVEL$/],
  "an unknown level": [
    ["--log-level", "debgu", "x"],
    /^--log-level must be debug, info, warning or error: it is "debgu"$/,
    "debgu",
  ],
  "an empty level": [["--log-level=", "x"], /^--log-level must be .*: it is ""$/, ""],
  "a value for --version": [["--version=1"], /^--version takes no value$/],
  "no command": [["--refresh"], /^There is no command to run$/],
  "no command after --": [["--"], /^There is no command to run$/],
  "--json without anything": [["--json"], /^There is no command to run$/],
  "--all with a command": [
    ["--all", "x"],
    /^--all can only be used with --forget, not with a command$/,
  ],
  "--all with --list": [
    ["--list", "--all"],
    /^--all can only be used with --forget, not with --list$/,
  ],
  "--all with a name": [
    ["--forget", "--all", "A"],
    /^--all takes no command and no names$/,
  ],
  "a command after --list": [["--list", "aws"], /^--list takes no command and no names$/],
  "a word after --": [["--list", "--", "\x1b"], /^--list takes no command and no names$/],
  "--refresh with --list": [
    ["--list", "--refresh"],
    /^--refresh can only be used with a command, --export or --login, not with --list$/,
  ],
  "a code with --answer --json": [
    ["--answer", "--json", "--token", "123456"],
    /^--answer --json only lists the runs: it takes no --token$/,
  ],
  "a code with --explain": [
    ["--explain", "--token", "123456"],
    /^--token can only be used with a command, --export, --login or --answer, not with --explain$/,
  ],
  "a code of other characters": [
    ["--token", "12345x", "x"],
    /^--token must be a code of six digits$/,
  ],
  "a wait in words": [
    ["--wait", "1m", "x"],
    /^--wait must be a whole number of seconds: it is "1m"$/,
  ],
  "a command after --answer": [["--answer", "x"], /^--answer takes no command and no names$/],
  "a time in words": [["--min-remaining", "10m", "x"], /whole number of seconds: it is "10m"$/],
};

const VERBS = OPTIONS.filter(({ verb }) => verb !== undefined && verb !== "help");

/** Returns an option with its value, as on a command line. */
function words({ name, value, choices = ["600"] }: OptionSpec): string[] {
  if (value === undefined) return [name];
  return [name, name === "--token" ? "123456" : choices[0]!];
}

Deno.test("parseArguments() refuses two verbs together, in either order", () => {
  for (const one of VERBS) {
    for (const other of VERBS.filter((verb) => verb !== one)) {
      assert.throws(
        () => parseArguments([...words(one), ...words(other)]),
        new RegExp(`^UsageError: (?:${one.name} and ${other.name}|${other.name} and ${one.name}) `),
      );
    }
    // The same option twice counts once.
    parseArguments([...words(one), ...words(one)]);
  }
});

Deno.test("parseArguments() refuses every option that a verb would ignore", () => {
  const run = { name: "x", verb: "run", summary: "" } as const;
  for (const verb of [run, ...VERBS]) {
    for (const option of OPTIONS.filter(({ verb }) => verb === undefined)) {
      const parse = () => parseArguments([...words(option), ...words(verb)]);
      if (option.goesWith?.includes(verb.verb!) ?? true) parse();
      else assert.throws(parse, new RegExp(`^UsageError: ${option.name} can only be used with `));
    }
  }
});

for (const [what, [args, message, word]] of Object.entries(WRONG)) {
  Deno.test(`parseArguments() refuses ${what} with the usage`, () => {
    assert.throws(() => parseArguments(args), (error) => {
      assert.ok(error instanceof UsageError);
      assert.match(error.message, message);
      assert.equal(error.exitStatus, 2);
      assert.match(error.hint ?? "", /^Usage: wev \[OPTIONS\] COMMAND \[ARG\.\.\.\]\n/);
      assert.equal(error.suggest?.word, word);
      return true;
    });
  });
}

Deno.test("parseArguments() suggests options by both of their names", () => {
  const known = OPTIONS.flatMap(({ name, short = [] }) => [name].concat(short));
  assert.ok(known.includes("-h"));
  assert.throws(() => parseArguments(["-q"]), { suggest: { word: "-q", known } });
});

Deno.test("asksForJson() finds --json among the options of wev, even if they are wrong", () => {
  for (
    const [args, expected] of [
      [[], false],
      [["--json"], true],
      [["--bogus", "--json", "x"], true],
      [["--explain", "--json", "--list"], true],
      [["--token", "1", "--json", "x"], true],
      [["--token=1", "--json", "x"], true],
      [["--log-level", "--json", "x"], false],
      [["x", "--json"], false],
      [["--", "--json"], false],
      [["--refresh", "-", "--json"], false],
      [["--jsonx"], false],
    ] as const
  ) assert.equal(asksForJson(args), expected, args.join(" "));
});

Deno.test("codePositions() finds the codes in the options of wev, not in the command", () => {
  for (
    const [args, positions] of [
      [["--token", "123456", "echo", "123456"], [1]],
      [["--refresh", "--token=123456", "--", "--token=123456"], [1]],
      [["--token", "111111", "--token", "222222", "true"], [1, 3]],
      [["--log-level", "debug", "true"], []],
    ] as const
  ) {
    assert.deepEqual(codePositions(args, parseArguments(args)), positions);
  }
});
