/**
 * Stand-ins for programs that ask a person: an askpass, and a pinentry that takes the protocol literally.
 *
 * @module
 */

import type { Sandbox } from "./program.ts";
import { quote } from "./pty.ts";

/**
 * What the person does at a question, in order; the last one again and again. `hang`: nothing, and
 * nothing ends the program but SIGKILL. Anything else is what the program prints.
 */
type Answers = readonly string[];

/** A question as the program got it. */
export interface AskedQuestion {
  /** Its arguments. */
  readonly args: readonly string[];
  /** The variable `WEV_ASKPASS_PROMPT`. */
  readonly kind: string;
  /** Its process ID. */
  readonly process: number;
  /** The ID of its session. */
  readonly session: number;
  /** Whether it has a terminal. */
  readonly hasTerminal: boolean;
  /** What its standard input holds. */
  readonly input: string;
}

const ASKPASS = `#!/bin/sh
state=$(dirname "$0")/state
number=$(ls "$state" | grep -c '^call')
call=$state/call$(printf %03d "$number")
if (: </dev/tty) 2>/dev/null; then tty=yes; else tty=no; fi
session=$(ps -o sid= -p $$)
{ printf '%s\\0' "$WEV_ASKPASS_PROMPT" $$ $session $tty "$(cat)" "$@"; } >"$call.new"
mv "$call.new" "$call"
answer=$state/answer$(printf %03d "$number")
test -e "$answer" || answer=$(ls "$state"/answer* | tail -n 1)
case $(cat "$answer") in
  hang) trap '' TERM; sleep 1000 & while :; do wait; sleep 1; done ;;
  no) exit 1 ;;
  exit*) exit "$(cut -c 5- "$answer")" ;;
  slow*) sleep 1.5; cut -c 5- "$answer" ;;
  *) cat "$answer"; echo "another line" ;;
esac
`;

/** A program for `WEV_ASKPASS`. */
export class FakeAskpass {
  /** The path of the program. */
  readonly path: string;
  readonly #state: string;

  /** Makes a program that gives `answers`. */
  constructor(sandbox: Sandbox, answers: Answers, name = "askpass") {
    this.path = sandbox.write(`programs/${name}`, ASKPASS);
    this.#state = `${sandbox.root}/programs/state`;
    Deno.chmodSync(this.path, 0o755);
    Deno.mkdirSync(this.#state, { recursive: true });
    for (const [at, answer] of answers.entries()) {
      Deno.writeTextFileSync(`${this.#state}/answer${String(at).padStart(3, "0")}`, answer + "\n");
    }
  }

  /** What it was asked, in order. */
  get questions(): AskedQuestion[] {
    const calls = [...Deno.readDirSync(this.#state)].map(({ name }) => name)
      .filter((name) => /^call\d+$/.test(name)).sort();
    return calls.map((name) => {
      const fields = Deno.readTextFileSync(`${this.#state}/${name}`).split("\0").slice(0, -1);
      const [kind = "", process, session, tty, input = "", ...args] = fields;
      return {
        args,
        kind,
        process: Number(process),
        session: Number(session),
        hasTerminal: tty === "yes",
        input,
      };
    });
  }

  /** Waits until it is asked, and returns the question. */
  async question(): Promise<AskedQuestion> {
    for (const deadline = AbortSignal.timeout(30_000);;) {
      const [question] = this.questions;
      if (question !== undefined) return question;
      deadline.throwIfAborted();
      await pause();
    }
  }
}

/** Waits until no process of `group` runs. */
export async function untilGroupEnded(group: number): Promise<void> {
  for (const deadline = AbortSignal.timeout(30_000); isRunning(group);) {
    deadline.throwIfAborted();
    await pause();
  }
}

/** Returns whether a process of `group` runs, one that has ended and was not waited for aside. */
function isRunning(group: number): boolean {
  const { stdout } = new Deno.Command("ps", { args: ["-eo", "pgid=,stat="] }).outputSync();
  return new TextDecoder().decode(stdout).split("\n")
    .some((line) => new RegExp(`^\\s*${group}\\s+[^Z]`).test(line));
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

/** A pinentry, run by Deno: it fails at anything that the protocol does not allow. */
const PINENTRY = `
const [state] = Deno.args;
const answers = JSON.parse(Deno.readTextFileSync(state + "/answers"));
const log = (line) => Deno.writeTextFileSync(state + "/requests", line + "\\n", { append: true });
const calls = Deno.readTextFileSync(state + "/requests").split("\\n").filter((l) => l === "GETPIN").length;
const answer = answers[Math.min(calls, answers.length - 1)];
const encoder = new TextEncoder();
const say = (line) => Deno.stdout.writeSync(encoder.encode(line + "\\n"));
const texts = new Set();
const fault = (line) => { log("FAULT " + line); say("ERR 536871187 Unknown IPC command <User defined source 1>"); };
const handle = (line) => {
  log(line);
  const [command, ...words] = line.split(" ");
  const text = words.join(" ");
  // deno-lint-ignore no-control-regex
  if (encoder.encode(line).length > 998 || /[\\x00-\\x1f]/.test(line)) return fault(line);
  if (/%(?![0-9A-F]{2})/.test(text)) return fault(line);
  switch (command) {
    case "OPTION":
      if (!/^(no-grab|(ttyname|ttytype|lc-ctype|display)=.+)$/.test(text)) {
        return say("ERR 83886254 Unknown option <Pinentry>");
      }
      return say("OK");
    case "SETTIMEOUT":
      return text === "0" ? say("OK") : fault(line);
    case "SETTITLE": case "SETDESC": case "SETPROMPT": case "SETERROR":
      texts.add(command);
      return text === "" ? fault(line) : say("OK");
    case "GETPIN":
      if (!texts.has("SETDESC") || !texts.has("SETPROMPT") || text !== "") return fault(line);
      for (const part of answer) say(part);
      return;
    case "BYE":
      say("OK closing connection");
      Deno.exit(0);
  }
  fault(line);
};
say("OK Pleased to meet you, process " + Deno.pid);
let buffer = "";
const decoder = new TextDecoder();
for await (const bytes of Deno.stdin.readable) {
  buffer += decoder.decode(bytes, { stream: true });
  for (let at = buffer.indexOf("\\n"); at >= 0; at = buffer.indexOf("\\n")) {
    const line = buffer.slice(0, at);
    buffer = buffer.slice(at + 1);
    if (line === "END" || line === "CAN") log(line);
    else handle(line);
  }
}
log("EOF");
`;

/** A pinentry for `WEV_ASKPASS`. */
export class FakePinentry {
  /** The path of the program. */
  readonly path: string;
  readonly #state: string;

  /** Makes a program that responds to one GETPIN after another with lines, the last for all others. */
  constructor(sandbox: Sandbox, answers: readonly (readonly string[])[]) {
    this.#state = `${sandbox.root}/programs`;
    const script = sandbox.write("programs/pinentry.js", PINENTRY);
    const deno = [Deno.execPath(), "run", "-q", "-A", "--no-config", "--no-lock", script];
    const words = [...deno, this.#state].map(quote).join(" ");
    this.path = sandbox.write("programs/pinentry-fake", `#!/bin/sh\nexec ${words}\n`);
    Deno.chmodSync(this.path, 0o755);
    sandbox.write("programs/answers", JSON.stringify(answers));
    sandbox.write("programs/requests", "");
  }

  /** The lines that it was sent; one that it does not allow is followed by another with FAULT. */
  get requests(): string[] {
    return Deno.readTextFileSync(`${this.#state}/requests`).split("\n").slice(0, -1);
  }
}
