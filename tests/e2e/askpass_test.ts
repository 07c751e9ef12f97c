/**
 * `WEV_ASKPASS`: a program asks the person, in place of the terminal or beside it.
 */

import assert from "node:assert/strict";
import { FakeAskpass, FakePinentry, untilGroupEnded } from "../support/askpass.ts";
import { hasProgram } from "../support/has_program.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";
import type { Pty } from "../support/pty.ts";
import { screenOf } from "../support/screen.ts";
import { Shell } from "../support/shell.ts";
import { until } from "../support/until.ts";

const TITLE = "Please enter your MFA token to authenticate.";
const RAN = /^ran with ASIA\w+\n$/;
/** The longest line is that of stty(1). */
const COLUMNS = 120;
/** wev has nothing to say about such a session. */
const LONG = { duration: "43200" };
const ignore = Deno.build.os === "windows";

/** Starts wev on a terminal of a known width, whose mode is shown before and after. */
function startOnTerminal(mfa: MfaSandbox, env: Readonly<Record<string, string>>): Pty {
  const words = [...wevCommand(), ...COMMAND];
  return mfa.sandbox.startCommand(
    ["sh", "-c", `stty cols ${COLUMNS} rows 24; stty -g; "$@"; code=$?; stty -g; exit $code`, "sh"]
      .concat(words),
    { env: mfa.environment(env) },
  );
}

/** Returns the rows of a terminal of {@linkcode startOnTerminal} between the modes, which are the same. */
function rowsOf(pty: Pty): string[] {
  const rows = screenOf(pty.shown, COLUMNS).filter((row) => row !== "");
  assert.equal(rows.at(0), rows.at(-1));
  return rows.slice(1, -1);
}

/** Two digits and a blank apart, as people write a code. */
function spaced(code: string): string {
  return `  ${code.slice(0, 3)} ${code.slice(3)} `;
}

Deno.test({
  name: "a program answers where there is no terminal",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox({ options: LONG });
    const code = mfa.user.device.code();
    const askpass = new FakeAskpass(mfa.sandbox, [spaced(code)]);
    const run = await mfa.run(COMMAND, { env: { WEV_ASKPASS: askpass.path }, stdin: "command's" });
    assert.equal(run.stderr, "");
    assert.match(run.stdout, RAN);
    const [question, ...others] = askpass.questions;
    assert.deepEqual(others, []);
    assert.deepEqual(question?.args.map((text) => text.split("\n").slice(-2)), [[TITLE, "Token:"]]);
    assert.equal(question?.kind, "code");
    assert.equal(question?.input, "");
    assert.equal(question?.hasTerminal, false);
    assert.equal(question?.session, question?.process);
    assert.deepEqual(mfa.codes, [code]);
    await untilGroupEnded(question!.process);
  },
});

Deno.test({
  name: "a program is looked up on PATH, where only absolute directories count",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const { sandbox } = mfa;
    const askpass = new FakeAskpass(sandbox, [mfa.user.device.code()], "my-askpass");
    const PATH = Deno.env.get("PATH");
    const bare = { WEV_ASKPASS: "my-askpass" };
    const refusal =
      /^wev: error: Cannot ask: the program of WEV_ASKPASS \("[^"]+"\) is not found\n {2}Set WEV_ASKPASS to/;
    for (
      const env of [
        { ...bare, PATH: `../../programs:${PATH}` },
        { ...bare, PATH: `:${PATH}` },
        { WEV_ASKPASS: "../../programs/my-askpass" },
        { WEV_ASKPASS: `${sandbox.root}/missing` },
        { WEV_ASKPASS: sandbox.root },
      ]
    ) {
      const { code, stderr } = await mfa.run(COMMAND, { env });
      assert.equal(code, 125);
      assert.match(stderr, refusal);
    }
    assert.deepEqual(askpass.questions, []);
    const env = { ...bare, PATH: `${sandbox.root}/programs:${PATH}` };
    assert.match((await mfa.run(COMMAND, { env })).stdout, RAN);
  },
});

Deno.test({
  name: "a program is not asked where there is a terminal, unless the caller prefers it",
  ignore,
  async fn() {
    for (const require of [undefined, "", "never"]) {
      await using mfa = new MfaSandbox();
      const askpass = new FakeAskpass(mfa.sandbox, ["no"]);
      const env = { WEV_ASKPASS: askpass.path, WEV_ASKPASS_REQUIRE: require };
      await using pty = mfa.start(COMMAND, env);
      assert.equal(await mfa.answer(pty), 0);
      assert.deepEqual(askpass.questions, []);
    }
  },
});

Deno.test({
  name: "WEV_ASKPASS_REQUIRE=never asks no program, and other words are refused",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, ["no"]);
    const env = { WEV_ASKPASS: askpass.path };
    const never = await mfa.run(COMMAND, { env: { ...env, WEV_ASKPASS_REQUIRE: "never" } });
    assert.equal(never.code, 125);
    assert.match(never.stderr, /Cannot ask for the code: there is no terminal/);
    const other = await mfa.run(COMMAND, { env: { ...env, WEV_ASKPASS_REQUIRE: "\x1b[2J" } });
    assert.equal(other.code, 125);
    assert.match(
      other.stderr,
      /^wev: error: WEV_ASKPASS_REQUIRE must be prefer, force or never: it is "\\x1b\[2J"\n {2}Unset/,
    );
    assert.deepEqual(askpass.questions, []);
    assert.deepEqual(mfa.codes, []);
  },
});

Deno.test({
  name: "both may be asked: the program answers, and the terminal's question is taken back",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using mfa = new MfaSandbox({ options: LONG });
    const code = mfa.user.device.code();
    const askpass = new FakeAskpass(mfa.sandbox, [`slow${code}`]);
    await using pty = startOnTerminal(mfa, {
      WEV_ASKPASS: askpass.path,
      WEV_ASKPASS_REQUIRE: "prefer",
    });
    await pty.waitFor("Token: ");
    await pty.type("12");
    await pty.waitFor("**");
    assert.equal(await pty.end(), 0);
    assert.deepEqual(rowsOf(pty).map((row) => row.replace(/ASIA\w+/, "KEY")), ["ran with KEY"]);
    assert.deepEqual(mfa.codes, [code]);
    assert.equal(askpass.questions.length, 1);
  },
});

Deno.test({
  name: "both may be asked: the person answers at the terminal, and the program is ended",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, ["hang"]);
    await using pty = startOnTerminal(mfa, {
      WEV_ASKPASS: askpass.path,
      WEV_ASKPASS_REQUIRE: "prefer",
    });
    const { process } = await askpass.question();
    assert.equal(await mfa.answer(pty), 0);
    assert.match(pty.shown, /ran with ASIA/);
    await untilGroupEnded(process);
    assert.equal(mfa.codes.length, 1);
  },
});

Deno.test({
  name: "both may be asked where the terminal can't be polled for keys",
  // An executable may open libc.
  ignore: ignore || Deno.env.has("WEV_BIN"),
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, [`slow${mfa.user.device.code()}`]);
    const wev = wevCommand([
      "--allow-env",
      "--allow-read",
      "--allow-write",
      "--allow-run",
      "--allow-sys",
      "--allow-net",
    ]);
    await using pty = mfa.sandbox.startCommand([...wev, ...COMMAND], {
      env: mfa.environment({ WEV_ASKPASS: askpass.path, WEV_ASKPASS_REQUIRE: "prefer" }),
    });
    await pty.waitFor("Token: ");
    await pty.waitFor("ran with ASIA");
    assert.equal(await pty.end(), 0);
  },
});

Deno.test({
  name: "a wrong answer is asked for again where it was given",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const code = mfa.user.device.code();
    const askpass = new FakeAskpass(mfa.sandbox, ["12345", "", code]);
    const run = await mfa.run(COMMAND, { env: { WEV_ASKPASS: askpass.path } });
    assert.match(run.stdout, RAN);
    const texts = askpass.questions.map(({ args: [text = ""] }) => text.split("\n"));
    assert.equal(texts.length, 3);
    assert.match(texts[1]![0]!, /six digits/);
    assert.deepEqual(texts.map((lines) => lines.slice(-2)), Array(3).fill([TITLE, "Token:"]));
    assert.deepEqual(mfa.codes, [code]);
  },
});

Deno.test({
  name: "a program that gives no usable answer is not asked for ever",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, ["hunter2"]);
    const { code, stderr } = await mfa.run(COMMAND, { env: { WEV_ASKPASS: askpass.path } });
    assert.equal(code, 125);
    assert.match(stderr, /gave no usable answer in 3 attempts: /);
    assert.ok(!stderr.includes("hunter2"), stderr);
    assert.equal(askpass.questions.length, 3);
    assert.deepEqual(mfa.codes, []);
  },
});

Deno.test({
  name: "a code that AWS refuses is asked for again by the program",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const code = mfa.user.device.code();
    const askpass = new FakeAskpass(mfa.sandbox, [code === "000000" ? "000001" : "000000", code]);
    const run = await mfa.run(COMMAND, { env: { WEV_ASKPASS: askpass.path } });
    assert.match(run.stdout, RAN);
    assert.match(askpass.questions[1]!.args[0]!, /^AWS refused that code/);
  },
});

Deno.test({
  name: "an exit status other than 0 is the person's no",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, ["no"]);
    const env = { WEV_ASKPASS: askpass.path };
    const { code, stderr } = await mfa.run(COMMAND, { env });
    assert.equal(code, 125);
    assert.match(
      stderr,
      /^wev: error: The question was not answered: .* ended with exit status 1\n/,
    );
    assert.equal(askpass.questions.length, 1);

    // At the terminal too.
    await using pty = startOnTerminal(mfa, { ...env, WEV_ASKPASS_REQUIRE: "prefer" });
    assert.equal(await pty.end(), 125);
    assert.match(pty.shown, /The question was not answered/);
    assert.deepEqual(mfa.codes, []);
  },
});

Deno.test({
  name: "a program that fails leaves the terminal's question alone",
  ignore,
  async fn() {
    for (const path of ["/nowhere/askpass", undefined]) {
      await using mfa = new MfaSandbox();
      const askpass = new FakeAskpass(mfa.sandbox, ["exit127"]);
      await using pty = startOnTerminal(mfa, {
        WEV_ASKPASS: path ?? askpass.path,
        WEV_ASKPASS_REQUIRE: "prefer",
      });
      await pty.waitFor("Cannot ask: the program of WEV_ASKPASS");
      const code = mfa.user.device.code();
      await pty.type(`${code}\r`);
      assert.equal(await pty.end(), 0);
      assert.deepEqual(mfa.codes, [code]);
    }
  },
});

Deno.test({
  name: "WEV_ASKPASS_REQUIRE=force asks the program alone, and says so",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, [`slow${mfa.user.device.code()}`]);
    await using pty = startOnTerminal(mfa, {
      WEV_ASKPASS: askpass.path,
      WEV_ASKPASS_REQUIRE: "force",
    });
    assert.equal(await pty.end(), 0);
    assert.ok(!pty.shown.includes("Token:"), pty.shown);
    assert.match(pty.shown, /wev: Waiting for the program of WEV_ASKPASS \("/);
  },
});

for (const signal of ["SIGTERM", "SIGINT", "SIGKILL"] as const) {
  Deno.test({
    name: `a program that hangs ends with wev, which ${signal} ends at once`,
    ignore,
    async fn() {
      await using mfa = new MfaSandbox();
      const askpass = new FakeAskpass(mfa.sandbox, ["hang"]);
      const env = mfa.environment({ WEV_ASKPASS: askpass.path });
      await using run = mfa.sandbox.startWithoutTerminal(
        [
          "env",
          ...Object.entries(env).map((entry) => entry.join("=")),
          ...wevCommand(),
          ...COMMAND,
        ],
      );
      const { process } = await askpass.question();
      run.kill(signal);
      assert.equal((await run.status()).signal, signal);
      await untilGroupEnded(process);
    },
  });
}

for (const require of ["prefer", "force"]) {
  Deno.test({
    name: `Ctrl-C ends wev and a program that hangs (${require})`,
    ignore,
    async fn() {
      await using mfa = new MfaSandbox();
      const askpass = new FakeAskpass(mfa.sandbox, ["hang"]);
      await using pty = mfa.start(COMMAND, {
        WEV_ASKPASS: askpass.path,
        WEV_ASKPASS_REQUIRE: require,
      });
      const { process } = await askpass.question();
      if (require === "prefer") await pty.waitFor("Token: ");
      await pty.type("\x03");
      assert.equal(await pty.end(), 130);
      await untilGroupEnded(process);
      assert.deepEqual(mfa.codes, []);
    },
  });
}

Deno.test({
  name: "Ctrl-Z withdraws the program's question, and fg asks both again",
  ignore: ignore || !hasProgram("bash"),
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, ["hang"]);
    await using shell = await Shell.start(mfa);
    await shell.run(`export WEV_ASKPASS=${askpass.path} WEV_ASKPASS_REQUIRE=prefer`);
    await shell.type(`$WEV sh -c 'echo "ran"'`);
    await shell.pty.waitFor("Token: ");
    const { process } = await askpass.question();
    await shell.pty.type("\x1a");
    await shell.prompt();
    await untilGroupEnded(process);
    assert.equal(askpass.questions.length, 1);
    await shell.type("fg");
    await shell.pty.waitFor("Token: ");
    await shell.pty.type(`${mfa.user.device.code()}\r`);
    await shell.pty.waitFor("ran");
    await shell.prompt();
    assert.equal(await shell.isTerminalAsBefore(), true);
  },
});

Deno.test({
  name: "a background job is answered by the program, without a stop",
  ignore: ignore || !hasProgram("bash"),
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, [mfa.user.device.code()]);
    await using shell = await Shell.start(mfa);
    await shell.run(`export WEV_ASKPASS=${askpass.path} WEV_ASKPASS_REQUIRE=prefer`);
    await shell.type(`$WEV sh -c 'echo "ran with $AWS_ACCESS_KEY_ID"' & wait`);
    await shell.pty.waitFor("ran with ASIA");
    assert.equal(mfa.codes.length, 1);
  },
});

Deno.test({
  name: "twelve runs at once ask by one program",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const askpass = new FakeAskpass(mfa.sandbox, [`slow${mfa.user.device.code()}`]);
    const env = { WEV_ASKPASS: askpass.path };
    const runs = await Promise.all(Array.from({ length: 12 }, () => mfa.run(COMMAND, { env })));
    for (const { stdout } of runs) assert.match(stdout, RAN);
    assert.equal(new Set(runs.map(({ stdout }) => stdout)).size, 1);
    assert.equal(askpass.questions.length, 1);
    assert.equal(mfa.codes.length, 1);
  },
});

Deno.test({
  name: "one no of a person is the answer to all runs that wait",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const script = mfa.sandbox.write(
      "programs/slow-no",
      "#!/bin/sh\necho >>$0.log; sleep 3; exit 1\n",
    );
    Deno.chmodSync(script, 0o755);
    const env = { WEV_ASKPASS: script };
    const runs = await Promise.all(Array.from({ length: 3 }, () => mfa.run(COMMAND, { env })));
    for (const { code, stderr } of runs) {
      assert.equal(code, 125);
      assert.match(stderr, /The question was not answered/);
    }
    assert.equal(Deno.readTextFileSync(`${script}.log`), "\n");
  },
});

Deno.test({
  name: "a program chooses a device by its number",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox({
      user: { devices: [{ name: "phone" }, { name: "tablet" }] },
    });
    const [, second] = mfa.user.devices;
    const askpass = new FakeAskpass(mfa.sandbox, ["000000", "7", "2", second!.code()]);
    const run = await mfa.run(COMMAND, { env: { WEV_ASKPASS: askpass.path } });
    assert.match(run.stdout, RAN);
    // Until the devices are known, a code is asked for: that question is taken back.
    const asked = askpass.questions.findIndex(({ kind }) => kind === "choice");
    const [first, again, code] = askpass.questions.slice(asked);
    assert.deepEqual([first?.kind, again?.kind, code?.kind], ["choice", "choice", "code"]);
    const lines = first!.args[0]!.split("\n");
    assert.match(lines.at(-2)!, new RegExp(`^2\\. .*${second!.serialNumber.slice(-8)}`));
    assert.equal(lines.at(-1), "Number:");
    assert.equal(again!.args[0], `Enter a number from 1 to 2.\n${first!.args[0]}`);
  },
});

Deno.test({
  name: "a program that runs wev does not wait for itself",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const words = wevCommand().map((word) => `'${word}'`).join(" ");
    const script = mfa.sandbox.write("programs/loop", `#!/bin/sh\nexec ${words} echo 123456\n`);
    Deno.chmodSync(script, 0o755);
    const { code, stderr } = await mfa.run(COMMAND, { env: { WEV_ASKPASS: script } });
    assert.equal(code, 125);
    assert.match(stderr, /waits for the program that started this one/);
  },
});

Deno.test({
  name: "a code of a program is in no file, argument or message",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const code = mfa.user.device.code();
    const askpass = new FakeAskpass(mfa.sandbox, [code]);
    const run = await mfa.run(["--log-level", "debug", ...COMMAND], {
      env: { WEV_ASKPASS: askpass.path },
    });
    assert.match(run.stdout, RAN);
    assert.ok(!run.stderr.includes(code), run.stderr);
    const { stdout } = await new Deno.Command("grep", {
      args: ["-rl", code, mfa.sandbox.root],
    }).output();
    // The stand-in has it from the test.
    assert.equal(
      new TextDecoder().decode(stdout),
      `${mfa.sandbox.root}/programs/state/answer000\n`,
    );
  },
});

Deno.test({
  name: "a pinentry is spoken to in its own protocol",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const code = mfa.user.device.code();
    const escaped = [...code].map((digit) => `%3${digit}`).join("");
    const pinentry = new FakePinentry(mfa.sandbox, [
      ["D 12", "OK"],
      [
        "# a comment",
        "S PASSPHRASE_IS_SOMETHING",
        "INQUIRE QUALITY x",
        `D ${escaped.slice(0, 6)}`,
        `D ${code[2]}${escaped.slice(9)}%20`,
        "OK",
      ],
    ]);
    const env = { WEV_ASKPASS: pinentry.path, DISPLAY: ":7", TERM: "xterm", GPG_TTY: "/dev/null" };
    const run = await mfa.run(["--log-level", "debug", ...COMMAND], { env });
    assert.match(run.stdout, RAN);
    assert.ok(!run.stderr.includes(code) && !run.stderr.includes(escaped), run.stderr);
    assert.deepEqual(mfa.codes, [code]);
    const { requests } = pinentry;
    const first = requests.slice(0, requests.indexOf("BYE") + 1);
    assert.deepEqual(first.filter((line) => !line.startsWith("SETDESC")), [
      "OPTION no-grab",
      "SETTIMEOUT 0",
      "OPTION display=:7",
      "OPTION lc-ctype=C.UTF-8",
      "OPTION lc-messages=C.UTF-8",
      "SETTITLE wev",
      "SETPROMPT Token:",
      "GETPIN",
      "BYE",
    ]);
    assert.ok(first.some((line) => line.startsWith("SETDESC ") && line.includes(TITLE)));
    const second = requests.slice(first.length);
    assert.ok(second.some((line) => /^SETERROR .*six digits/.test(line)), second.join("\n"));
    assert.ok(second.includes("END"));
    assert.deepEqual(requests.filter((line) => line.startsWith("FAULT")), []);
  },
});

Deno.test({
  name: "a pinentry's cancellation is the person's no, and its failure says why",
  ignore,
  async fn() {
    for (
      const [answer, message] of [
        ["ERR 83886179 Operation cancelled <Pinentry>", /not answered: .* was cancelled\n/],
        ["ERR 83886194 Not confirmed <Pinentry>", /not answered: .* was cancelled\n/],
        [
          "ERR 83918950 Inappropriate ioctl for device <Pinentry>",
          /Cannot ask: the program of .* failed: Inappropriate ioctl for device\n/,
        ],
        ["What?", /Cannot ask: .* does not speak the pinentry protocol\n/],
      ] as const
    ) {
      await using mfa = new MfaSandbox();
      const pinentry = new FakePinentry(mfa.sandbox, [[answer]]);
      const { code, stderr } = await mfa.run(COMMAND, { env: { WEV_ASKPASS: pinentry.path } });
      assert.equal(code, 125);
      assert.match(stderr, message);
      assert.equal(pinentry.requests.filter((line) => line === "GETPIN").length, 1);
    }
  },
});

Deno.test({
  name: "a pinentry that says nothing ends when the person answers at the terminal",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox();
    const pinentry = new FakePinentry(mfa.sandbox, [[]]);
    await using pty = startOnTerminal(mfa, {
      WEV_ASKPASS: pinentry.path,
      WEV_ASKPASS_REQUIRE: "prefer",
    });
    await until("GETPIN", () => pinentry.requests.includes("GETPIN"));
    assert.ok(!pinentry.requests.some((line) => line.includes("ttyname")));
    assert.equal(await mfa.answer(pty), 0);
  },
});

for (const name of ["pinentry-curses", "pinentry-tty"]) {
  const ignored = ignore || !hasProgram(name) || !hasProgram("bash");

  Deno.test({
    name: `${name} asks at the terminal in place of wev`,
    ignore: ignored,
    async fn() {
      await using mfa = new MfaSandbox();
      await using pty = startOnTerminal(mfa, {
        WEV_ASKPASS: name,
        WEV_ASKPASS_REQUIRE: "force",
        TERM: "xterm",
      });
      await pty.waitFor("Token:");
      const code = mfa.user.device.code();
      await pty.type(`${code}\r`);
      assert.equal(await pty.end(), 0);
      assert.match(pty.shown, /ran with ASIA/);
      assert.ok(!pty.shown.includes(code));
      const modes = pty.shown.match(/^[0-9a-f:]{40,}/gm);
      assert.equal(modes?.length, 2);
      assert.equal(modes[0], modes[1]);
    },
  });

  Deno.test({
    name: `${name} leaves the terminal before wev, which Ctrl-C ends and Ctrl-Z stops`,
    ignore: ignored,
    async fn() {
      await using mfa = new MfaSandbox();
      await using shell = await Shell.start(mfa);
      await shell.run(`export TERM=xterm WEV_ASKPASS=${name} WEV_ASKPASS_REQUIRE=force`);
      const ask = async (command: string) => {
        await shell.type(command);
        await shell.pty.waitFor("Token:");
      };
      await ask("$WEV sh -c 'echo \"ran\"'");
      await shell.pty.type("\x03");
      await shell.prompt();
      assert.match(await shell.run("echo status $?"), /status 130/);

      await ask("$WEV sh -c 'echo \"ran\"'");
      await shell.pty.type("\x1a");
      assert.match(await shell.prompt(), /Stopped/);
      assert.equal(await shell.isTerminalAsBefore(), true);
      await ask("fg");
      await shell.pty.type(`${mfa.user.device.code()}\r`);
      assert.match(await shell.prompt(), /ran\r?\n/);
      assert.equal(await shell.isTerminalAsBefore(), true);
      // The screen of a program that draws is left each time before the shell goes on.
      const [, ...drawn] = shell.pty.shown.split("\x1b[?1049h");
      assert.deepEqual(
        drawn.filter((text) => !/^[^P]*(?:P(?!ROMPT)[^P]*)*\[\?1049l/.test(text)),
        [],
      );
    },
  });
}
