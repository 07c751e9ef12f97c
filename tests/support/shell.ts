/**
 * An interactive shell with job control on a terminal of its own, in a project that asks for a code.
 *
 * @module
 */

import type { MfaSandbox } from "./mfa_sandbox.ts";
import { wevCommand } from "./program.ts";
import { type Pty, quote } from "./pty.ts";

/** wev, as a shell reads it. */
export function wevWords(): string {
  return wevCommand().map(quote).join(" ");
}

/** An interactive shell whose prompt is `PROMPT`. */
export const SHELL: readonly string[] = [
  "env",
  "PS1=PROMPT ",
  "HISTFILE=",
  "bash",
  "--norc",
  "--noediting",
  "-i",
];

/** A shell in which wev is `$WEV`, whose prompt is `PROMPT`. */
export class Shell implements AsyncDisposable {
  /** Its terminal. */
  readonly pty: Pty;
  readonly #mfa: MfaSandbox;

  private constructor(mfa: MfaSandbox) {
    this.#mfa = mfa;
    this.pty = mfa.sandbox.startCommand(SHELL, { env: mfa.environment() });
  }

  /** Starts one, and notes how its terminal is set. */
  static async start(mfa: MfaSandbox): Promise<Shell> {
    // A job's list of words would hide what it shows.
    mfa.sandbox.write("wev", `#!/bin/sh\necho $$ >"$HOME/pid"\nexec ${wevWords()} "$@"\n`);
    Deno.chmodSync(`${mfa.sandbox.root}/wev`, 0o755);
    const shell = new Shell(mfa);
    await shell.prompt();
    await shell.run("stty -a >before");
    return shell;
  }

  /** Waits for its prompt. */
  async prompt(): Promise<string> {
    return await this.pty.waitFor("PROMPT ");
  }

  /** Types a command and Enter. */
  async type(command: string): Promise<void> {
    await this.pty.type(`${command.replace("$WEV", `${this.#mfa.sandbox.root}/wev`)}\n`);
  }

  /** Runs a command to its end, or until it is stopped, and returns what is shown of it. */
  async run(command: string): Promise<string> {
    await this.type(command);
    return await this.prompt();
  }

  /** The process ID of the wev that was started last. */
  get wev(): number {
    return Number(Deno.readTextFileSync(`${this.#mfa.sandbox.home}/pid`));
  }

  /** Whether the terminal is as it was at the start, as far as a command can see. */
  async isTerminalAsBefore(): Promise<boolean> {
    await this.run("stty -a >after");
    const read = (name: string) => Deno.readTextFileSync(`${this.#mfa.sandbox.project}/${name}`);
    return read("after") === read("before");
  }

  /** Ends it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.pty[Symbol.asyncDispose]();
  }
}
