/**
 * Terminals that another program uses: wev writes nothing to them and reads nothing from them. Then
 * terminals that only look so.
 */

import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { hasProgram } from "../support/has_program.ts";
import { MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";
import { wevWords } from "../support/program.ts";
import { type Pty, quote } from "../support/pty.ts";
import { until } from "../support/until.ts";

/** What a run of wev is given to run: it says which access key it has. */
const RUN = "$HOME/show";

/** Starts `script` in bash on a terminal; `$WEV` in it is wev, which notes its process ID. */
function start(mfa: MfaSandbox, script: string, env: Readonly<Record<string, string>> = {}): Pty {
  return startCommand(mfa, ["bash", "-c", script], env);
}

function startCommand(
  mfa: MfaSandbox,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Pty {
  const wev = mfa.sandbox.write(
    "wev",
    `#!/bin/sh\necho $$ >"$HOME/pid"\nexec ${wevWords()} "$@"\n`,
  );
  Deno.chmodSync(wev, 0o755);
  const show = mfa.sandbox.write("home/show", '#!/bin/sh\necho "ran with $AWS_ACCESS_KEY_ID"\n');
  Deno.chmodSync(show, 0o755);
  const words = argv.map((word) => word.replaceAll("$WEV", wev));
  return mfa.sandbox.startCommand(words, { env: mfa.environment(env) });
}

function readProject(mfa: MfaSandbox, name: string): string {
  return Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
}

/** Answers the question, and waits until the command has run. */
async function answer(mfa: MfaSandbox, pty: Pty): Promise<void> {
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.device.code()}\r`);
  await pty.waitFor("ran with ASIA");
}

/** Where setsid(1) is, script(1) has these options, and /proc tells who reads a pipe. */
const ON_LINUX = Deno.build.os === "linux";

const IN_USE =
  /^wev: error: Cannot ask for the code: another program uses the terminal\n {2}Run .*\n {2}Or answer .*\n$/;

/** What a full-screen program shows: the other screen, and something on it. */
const SCREEN = "\x1b[?1049h\x1b[2J\x1b[HA full-screen program";
const END_OF_SCREEN = "\x1b[?1049l";

/** A full-screen program: it sets the terminal with `stty`, waits for a key, does `work`, reads keys. */
function fullScreen(stty: string, work: string): string {
  const readKeys = (count: number) => `dd bs=1 count=${count} 2>log`;
  return `stty ${stty} -echo; stty -a >set; printf '${SCREEN}'; ${readKeys(1)} >keys; ${work}
stty -a >left; ${readKeys(3)} >>keys; printf '${END_OF_SCREEN}'; stty sane`;
}

/** Starts a full-screen program and presses keys; checks that it has all of them, and its screen. */
async function checkUntouched(mfa: MfaSandbox, script: string): Promise<void> {
  await using pty = start(mfa, script);
  await pty.waitFor("A full-screen program");
  await pty.type("g1\rx");
  assert.equal(await pty.end(), 0, pty.shown);
  assert.equal(pty.shown, SCREEN + END_OF_SCREEN);
  assert.match(readProject(mfa, "keys"), /^g1[\r\n]x$/);
  assert.equal(readProject(mfa, "left"), readProject(mfa, "set"));
}

/** As vim and node set a terminal, and as curses can: then Ctrl-C is still a signal. */
const MODES = ["raw", "-icanon"] as const;

const STARTS = {
  "without input": "$WEV true </dev/null >out 2>err; echo $? >status",
  "with the keyboard as its input": "$WEV true >out 2>err; echo $? >status",
  "in the background": "(set -m; $WEV true </dev/null >out 2>err & wait $!; echo $? >status) 2>log",
  "to read its output": '(out=$($WEV true 2>err); echo $? >status; printf %s "$out" >out)',
  "in a pipeline to read its output":
    '(out=$( ($WEV true 2>err; echo $? >status) | cat); printf %s "$out" >out)',
} as const;

for (const mode of MODES) {
  for (const [how, work] of Object.entries(STARTS)) {
    Deno.test(`wev does not ask a full-screen program (stty ${mode}) that starts it ${how}`, async () => {
      await using mfa = new MfaSandbox();
      await checkUntouched(mfa, fullScreen(mode, work));
      assert.equal(readProject(mfa, "status"), "125\n");
      assert.equal(readProject(mfa, "out"), "");
      assert.match(readProject(mfa, "err"), IN_USE);
      assert.deepEqual(mfa.codes, []);
    });
  }
}

Deno.test("a full-screen program that leaves its terminal to wev as standard error gets the error alone", async () => {
  await using mfa = new MfaSandbox();
  await using pty = start(mfa, fullScreen("-icanon", "$WEV true </dev/null >out"));
  await pty.waitFor("A full-screen program");
  await pty.type("g123");
  assert.equal(await pty.end(), 0);
  const error = pty.shown.slice(SCREEN.length, -END_OF_SCREEN.length).replaceAll("\r\n", "\n");
  // deno-lint-ignore no-control-regex
  assert.match(error.replaceAll(/\x1b\[[0-9;]*m/g, ""), IN_USE);
  assert.equal(readProject(mfa, "keys"), "g123");
});

Deno.test("wev does not ask where what shows its output takes all keys, as fzf does", async () => {
  await using mfa = new MfaSandbox();
  await checkUntouched(mfa, fullScreen("raw", "$WEV true 2>err | cat"));
  assert.match(readProject(mfa, "err"), IN_USE);
});

Deno.test("in the background wev does not ask on a terminal that none of its streams is", async () => {
  await using mfa = new MfaSandbox();
  await using pty = start(
    mfa,
    `stty -a >before; ${STARTS["in the background"]}; cat status; stty -a >after`,
  );
  assert.equal(await pty.end(), 0);
  assert.equal(pty.shown, "125\r\n");
  assert.match(readProject(mfa, "err"), IN_USE);
  assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
});

Deno.test("wev does not ask which device on a terminal in use, and says why", async () => {
  await using mfa = new MfaSandbox({ user: { devices: [{ name: "phone" }, { name: "tablet" }] } });
  await checkUntouched(mfa, fullScreen("raw", STARTS["without input"]));
  assert.match(
    readProject(mfa, "err"),
    /^wev: error: .* has 2 MFA devices\. Cannot ask which one: another program uses the terminal\n {2}/,
  );
});

Deno.test("wev says on standard error what it waits for where the terminal is in use", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("ListMFADevices", failures.delay(1_300));
  await checkUntouched(mfa, fullScreen("raw", STARTS["without input"]));
  const [message, ...error] = readProject(mfa, "err").split(/(?<=\n)/);
  assert.equal(message, "wev: Waiting for AWS to list the MFA devices\n");
  assert.match(error.join(""), IN_USE);
});

Deno.test("wev does not wait for another run's question where the terminal is in use", async () => {
  await using mfa = new MfaSandbox();
  await using asking = mfa.start();
  await asking.waitFor("Token: ");
  await checkUntouched(mfa, fullScreen("raw", STARTS["without input"]));
  assert.match(readProject(mfa, "err"), IN_USE);
  assert.equal(mfa.codes.length, 0);
  await asking.type("\x03");
  assert.equal(await asking.end(), 130);
});

Deno.test("a command whose session is there runs on a terminal in use", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login(["true"]);
  await checkUntouched(mfa, fullScreen("raw", `$WEV ${RUN} </dev/null >out 2>err`));
  assert.match(readProject(mfa, "out"), /^ran with ASIA/);
});

/** Has `token_command` run `script`. */
function withTokenCommand(mfa: MfaSandbox, script: string): void {
  const program = mfa.sandbox.write("home/code.sh", `#!/bin/sh\n${script}\n`);
  Deno.chmodSync(program, 0o755);
  Deno.removeSync(mfa.config);
  const plugin = `{id: wev-awsmfa, token_command: [${program}]}`;
  mfa.sandbox.write("home/.wev.yml", `${NAMES}: {plugin: ${plugin}}\n`);
}

for (const how of ["without input", "in the background"] as const) {
  Deno.test(`token_command has no terminal if wev is started ${how} on one in use`, async () => {
    await using mfa = new MfaSandbox();
    withTokenCommand(
      mfa,
      `(echo drawn >/dev/tty) 2>"$HOME/refused" || echo "Touch it" >&2
cat >"$HOME/input"; echo ${mfa.user.device.code()}`,
    );
    await checkUntouched(mfa, fullScreen("raw", STARTS[how]));
    assert.equal(readProject(mfa, "status"), "0\n", readProject(mfa, "err"));
    assert.match(readProject(mfa, "err"), /^Touch it\n(?!.*error)/);
    assert.equal(readProject(mfa, "../input"), "");
    assert.notEqual(readProject(mfa, "../refused"), "");
  });
}

Deno.test("wev takes the terminal back from a token_command that it has to kill", async () => {
  await using mfa = new MfaSandbox();
  withTokenCommand(mfa, "stty raw -echo; exec yes");
  await using pty = start(mfa, `stty -a >before; $WEV ${RUN}; stty -a >after`);
  await pty.waitFor("printed too much");
  await answer(mfa, pty);
  assert.equal(await pty.end(), 0);
  assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
});

Deno.test({
  name: "wev does not ask on a terminal in use that its session has not (setsid)",
  ignore: !ON_LINUX,
  async fn() {
    await using mfa = new MfaSandbox();
    await using pty = start(
      mfa,
      "stty raw -echo; setsid --wait $WEV true 2>err; stty sane; setsid --wait $WEV true 2>err2",
    );
    // The second one asks: its terminal makes lines.
    assert.match(
      await pty.waitFor("Token: "),
      /^The code of .*\r\nPlease enter your MFA token .*\r\n$/,
    );
    assert.match(readProject(mfa, "err"), IN_USE);
    await pty.type("\x03");
    await pty.end();
  },
});

// What looks so, and is not.

Deno.test("wev asks after a run that was killed at its question, and sets the terminal right", async () => {
  await using mfa = new MfaSandbox();
  await using pty = start(
    mfa,
    `stty -a >before; $WEV true; stty -a >left; $WEV ${RUN}; stty -a >after`,
  );
  await pty.waitFor("Token: ");
  Deno.kill(Number(readProject(mfa, "../pid")), "SIGKILL");
  await answer(mfa, pty);
  assert.equal(await pty.end(), 0);
  assert.notEqual(readProject(mfa, "left"), readProject(mfa, "before"));
  assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
});

Deno.test("two runs on one terminal ask though no cache tells one of the other", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write("home/.cache", "no directory");
  await using pty = start(mfa, `$WEV true & sleep 0.2; $WEV ${RUN}; wait`);
  await pty.waitFor("Token: ");
  await pty.waitFor("Token: ");
  assert.doesNotMatch(pty.shown, /another program/);
  await pty.type("\x03\x03");
  await pty.end();
});

for (
  const [what, script, programs] of [
    ["a pager", `$WEV ${RUN} | less -E`, ["less"]],
    ["a pager behind other programs", `$WEV ${RUN} | grep ran | cat | less -E`, ["less"]],
    ["a pager in a subshell", `(cd .; $WEV ${RUN} 2>&1; true) | less -E`, ["less"]],
    ["another pager", `$WEV ${RUN} | more`, ["more"]],
    ["a pager that zsh becomes", `exec zsh -fc ${quote(`$WEV ${RUN} | less -E`)}`, ["zsh", "less"]],
    ["a pager of make's output", "make -s | less -E", ["make", "less"]],
    ["a program that reads", `$WEV ${RUN} | cat`, []],
    ["a program that writes", `echo input | $WEV ${RUN} | cat`, []],
    ["vim's :!", `vim -u NONE -c ${quote(`!$WEV ${RUN}`)} -c qa!`, [
      "vim",
    ]],
    ["script(1)", `script -qec ${quote(`$WEV ${RUN}`)} /dev/null`, ["script"]],
    [
      "script(1) in a full-screen program",
      `set=$(stty -g); stty raw -echo; script -qec ${
        quote(`exec $WEV ${RUN}`)
      } /dev/null; stty $set`,
      ["script"],
    ],
    [
      "tmux",
      `tmux -u -L test -f /dev/null new-session ${quote(`$WEV ${RUN}; sleep 1`)}`,
      ["tmux"],
    ],
  ] as const
) {
  const missing = programs.filter((name) => !hasProgram(name));
  const needs = programs.length === 0 ? "" : ` (needs ${programs.join(", ")})`;
  Deno.test({
    name: `wev asks on a terminal that it shares with ${what}${needs}`,
    ignore: missing.length > 0 || (!ON_LINUX && /pager|script/.test(what)),
    async fn() {
      await using mfa = new MfaSandbox();
      mfa.sandbox.write(
        "home/project/Makefile",
        `all:\n\t@$(WEV) ${RUN.replaceAll("$", "$$$$")}\n`,
      );
      const env = { TMUX_TMPDIR: mfa.sandbox.root, WEV: `${mfa.sandbox.root}/wev` };
      await using pty = start(mfa, `stty -a >before; ${script}; stty -a >after`, env);
      await answer(mfa, pty);
      await pty.type("q");
      await pty.end();
      assert.equal(mfa.codes.length, 1);
      if (!script.startsWith("exec")) {
        assert.equal(readProject(mfa, "after"), readProject(mfa, "before"));
      }
    },
  });
}

for (
  const [shell, argv] of [
    ["zsh", ["env", "PS1=PROMPT ", "zsh", "-f", "-i"]],
    ["fish", ["fish", "--no-config", "-i", "-C", "function fish_prompt; echo 'PROMPT '; end"]],
    ["dash", ["env", "PS1=PROMPT ", "dash", "-i"]],
  ] as const
) {
  Deno.test({
    name: `wev asks where it is typed in ${shell}, and after fg in what was a background job`,
    ignore: !hasProgram(shell),
    async fn() {
      await using mfa = new MfaSandbox();
      await using pty = startCommand(mfa, argv);
      const type = async (line: string) => {
        await pty.waitFor("PROMPT ");
        await pty.type(`${line.replaceAll("$WEV", `${mfa.sandbox.root}/wev`)}\r`);
      };
      await type(`$WEV ${RUN} | cat`);
      await answer(mfa, pty);
      mfa.aws.clock.advance(60);
      await type(`$WEV --refresh ${RUN} &`);
      await pty.waitFor("It stops until you continue it in the foreground (fg)");
      await until("the stop", () => isStopped(Number(readProject(mfa, "../pid"))));
      await pty.type("\r");
      await type("fg");
      await answer(mfa, pty);
      await type("exit");
      await pty.end();
      assert.equal(mfa.codes.length, 2);
    },
  });
}

async function isStopped(process: number): Promise<boolean> {
  const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", `${process}`] })
    .output();
  return new TextDecoder().decode(stdout).startsWith("T");
}

/** Where sshd(8) is: not on the PATH of most people. */
const SSHD = ["/usr/sbin", ...(Deno.env.get("PATH") ?? "").split(":")]
  .map((directory) => `${directory}/sshd`).find(exists);

function exists(path: string): boolean {
  try {
    return Deno.statSync(path) !== undefined;
  } catch {
    return false;
  }
}

Deno.test({
  name: "wev asks on a terminal of ssh -t (needs ssh, sshd; as root, /run/sshd)",
  ignore: SSHD === undefined || !hasProgram("ssh-keygen") ||
    (Deno.uid() === 0 && !exists("/run/sshd")),
  async fn() {
    await using mfa = new MfaSandbox();
    const { root, project } = mfa.sandbox;
    for (const name of ["host", "key"]) {
      const args = ["-q", "-t", "ed25519", "-N", "", "-f", `${root}/${name}`];
      await new Deno.Command("ssh-keygen", { args }).output();
    }
    mfa.sandbox.write(
      "sshd",
      `HostKey ${root}/host\nAuthorizedKeysFile ${root}/key.pub\nStrictModes no\nUsePAM no\n`,
    );
    const variables = Object.entries(mfa.sandbox.environment(mfa.environment()))
      .map(([name, value]) => `export ${name}=${quote(value)}\n`);
    mfa.sandbox.write("remote", `${variables.join("")}cd ${project}; exec ${root}/wev ${RUN}\n`);
    const options = [
      `IdentityFile=${root}/key`,
      `ProxyCommand=${SSHD} -i -f ${root}/sshd`,
      "StrictHostKeyChecking=no",
      "UserKnownHostsFile=/dev/null",
      "LogLevel=ERROR",
    ].flatMap((option) => ["-o", option]);
    await using pty = startCommand(mfa, [
      ...["ssh", "-F", "none", "-t", ...options, "localhost", `sh ${root}/remote`],
    ]);
    await answer(mfa, pty);
    assert.equal(await pty.end(), 0);
  },
});
