/**
 * The completions, in the shells that are here: wev's options, then the command's own.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { OPTIONS, type Shell, SHELLS } from "../../src/cli/options.ts";
import { hasProgram } from "../support/has_program.ts";
import { Sandbox } from "../support/program.ts";
import { Pty, quote } from "../support/pty.ts";

/** What each command line is completed to; the command `mytool` knows three words. */
const CASES: Readonly<Record<string, readonly string[]>> = {
  "wev --expl": ["--explain"],
  "wev --min": ["--min-remaining"],
  "wev --log-level w": ["warning"],
  "wev --completions z": ["zsh"],
  "wev myto": ["mytool"],
  "wev mytool al": ["alpha"],
  "wev --refresh mytool --fo": ["--foo-bar"],
  "wev --log-level info mytool be": ["beta"],
  "wev -- mytool al": ["alpha"],
  "wev mytool --expl": [],
};

/** Tests `shell` with a file that holds its completions; none where it is not installed. */
function test(
  shell: Shell,
  name: string,
  run: (sandbox: Sandbox, file: string) => Promise<void>,
): void {
  const program = shell === "powershell" ? "pwsh" : shell;
  Deno.test(`${shell} ${name}`, { ignore: !hasProgram(program) }, async () => {
    using sandbox = new Sandbox();
    Deno.chmodSync(sandbox.write("bin/mytool", "#!/bin/sh\n"), 0o755);
    const { stdout, stderr } = await sandbox.run(["--completions", shell]);
    strictEqual(stderr, "");
    await run(sandbox, sandbox.write(`wev.${shell}`, stdout));
  });
}

/** Runs a shell's script and returns the lines of its output. */
async function lines(sandbox: Sandbox, argv: readonly string[]): Promise<string[]> {
  const [program = "", ...args] = argv;
  const PATH = `${sandbox.root}/bin:${Deno.env.get("PATH")}`;
  const env = sandbox.environment({ PATH });
  const { stdout, stderr } = await new Deno.Command(program, { args, clearEnv: true, env })
    .output();
  strictEqual(new TextDecoder().decode(stderr), "");
  return new TextDecoder().decode(stdout).split("\n").slice(0, -1);
}

const PACKAGE = "/usr/share/bash-completion/bash_completion";
const BASH = `
_mytool() { COMPREPLY=($(compgen -W 'alpha beta --foo-bar' -- "\${COMP_WORDS[COMP_CWORD]}")); }
complete -F _mytool mytool
complete -C 'myhelper "with a blank"' helped
try() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=\${#COMP_LINE} COMPREPLY=()
  _wev wev "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
  echo "\${COMPREPLY[*]}"
}
`;

for (const bashCompletion of [false, true]) {
  const title = `completes wev, ${bashCompletion ? "with" : "without"} bash-completion`;
  test("bash", title, async (sandbox, file) => {
    const lineWords = Object.keys(CASES).map((line) => line.split(" ").map(quote).join(" "));
    const tries = lineWords.map((words) => `try ${words}\n`).join("");
    // As bash has it, "=" is a word.
    const equals = "try wev --log-level = w\ntry wev --log-level = info mytool be\n";
    // As aws, terraform and vault do it: a program that is told the line in its environment.
    const helper = `#!/bin/sh
[ "$COMP_LINE" = "helped s3 l" ] && [ "$COMP_POINT" -eq 11 ] && echo "line right"
[ "$*" = "with a blank helped l s3" ] && echo "$1 $3"
`;
    Deno.chmodSync(sandbox.write("bin/myhelper", helper), 0o755);
    const byProgram = "try wev --refresh helped s3 l\n";
    const loaded = bashCompletion && hasFile(PACKAGE) ? `source ${PACKAGE}\n` : "";
    const script = `${loaded}source ${quote(file)}${BASH}${tries}${equals}${byProgram}`;
    const found = await lines(sandbox, ["bash", "--norc", "-c", script]);
    const expected = Object.values(CASES).map((words) => words.join(" "));
    const all = [...expected, "warning", "beta", "line right with a blank l"];
    deepStrictEqual(found, all);
  });
}

test("fish", "completes wev", async (sandbox, file) => {
  const own = "complete -c mytool -f -a 'alpha beta'; complete -c mytool -l foo-bar";
  const tries = [...Object.keys(CASES), "wev --log-level=w"].map((line) =>
    `echo (complete -C ${quote(line)} | string replace -r '\\t.*' '')`
  );
  const script = `source ${quote(file)}; ${own}; ${tries.join("; ")}`;
  const found = await lines(sandbox, ["fish", "--no-config", "-c", script]);
  const expected = Object.values(CASES).map((words) => words.join(" "));
  deepStrictEqual(found, [...expected, "--log-level=warning"]);
});

test("zsh", "completes wev", async (sandbox, file) => {
  const settings = sandbox.write(
    "settings",
    `autoload -Uz compinit; compinit -u -D
source ${quote(file)}
_mytool() { _arguments '--foo-bar[x]' '1:what:(alpha beta)' }
compdef _mytool mytool
wev() { print -r -- "<\${*%=}>" }
PS1='@ '
`,
  );
  const PATH = `${sandbox.root}/bin:${Deno.env.get("PATH")}`;
  const env = sandbox.environment({ PATH, TERM: "dumb" });
  await using terminal = Pty.start(["zsh", "-f", "-i"], { cwd: sandbox.project, env });
  await terminal.type(`source ${quote(settings)}\n`);
  await terminal.waitFor("@ ");
  for (const [line, [word]] of Object.entries({ ...CASES, "wev --log-level=w": ["warning"] })) {
    // The completed line runs: what it shows is what was completed.
    await terminal.type(`${line}\t\n`);
    const begun = line.slice(0, Math.max(line.lastIndexOf(" "), line.lastIndexOf("=")) + 1);
    const completed = word === undefined ? line : begun + word;
    await terminal.waitFor(`<${completed.slice("wev ".length)}>`);
  }
  await terminal.type("exit\n");
  await terminal.end();
});

test("powershell", "completes wev", async (sandbox, file) => {
  const script = `. ${file}; (TabExpansion2 'wev --expl' 10).CompletionMatches.CompletionText`;
  deepStrictEqual(await lines(sandbox, ["pwsh", "-NoProfile", "-Command", script]), ["--explain"]);
});

for (const shell of SHELLS) {
  Deno.test(`--completions ${shell} has every option`, async () => {
    using sandbox = new Sandbox();
    const { stdout } = await sandbox.run(["--completions", shell]);
    // fish writes options without their dashes.
    for (const { name } of OPTIONS) ok(stdout.includes(name.slice(2)), name);
  });
}

function hasFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
