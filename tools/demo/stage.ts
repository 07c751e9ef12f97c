/**
 * Where the demo takes place: a local AWS, and a home directory with a project, removed at the end.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { type LocalAws, type LocalUser, startLocalAws } from "../../tests/support/aws/mod.ts";
import { STEP_SECONDS } from "../../tests/support/aws/totp.ts";
import { denoDirectory, Sandbox, wevCommand } from "../../tests/support/program.ts";
import { quote } from "../../tests/support/pty.ts";

/** What the project's configuration is. */
export const CONFIGURATION = `[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
  plugin:
    id: wev-awsmfa
    duration: 3600
`;

/** Each prompt begins with what the authenticator shows. The same in bash and in sh. */
const SHELL_SETTINGS = `PS1='
$(authenticator)
$ '
`;

/** How a stage is set up. */
export interface StageOptions {
  /**
   * What the shell reads when it starts.
   *
   * @default a prompt that begins with what the authenticator shows
   */
  readonly settings?: string;
}

/** A stage that is set up. */
export class Stage implements AsyncDisposable {
  readonly #aws: LocalAws = startLocalAws();
  readonly #user: LocalUser = this.#aws.addUser({ name: "demo" });
  readonly #sandbox = new Sandbox();
  readonly #ticking: ReturnType<typeof setInterval>;

  /** Sets it up. */
  constructor({ settings = SHELL_SETTINGS }: StageOptions = {}) {
    this.#sandbox.write("home/project/.wev.yml", CONFIGURATION);
    this.#sandbox.write("shell", settings);
    this.#show();
    this.#ticking = setInterval(() => this.#show(), 1000);
    this.#addProgram("authenticator", ["cat", this.#display]);
    this.#addProgram("wev", wevCommand());
    if (!this.#hasAwsCli()) {
      const standIn = fileURLToPath(new URL("aws.ts", import.meta.url));
      this.#addProgram("aws", [Deno.execPath(), "run", "-q", "-A", "--no-check", standIn]);
    }
  }

  /** The project's directory. */
  get project(): string {
    return this.#sandbox.project;
  }

  /** The words that start a shell in here. */
  get shell(): string[] {
    const settings = `${this.#sandbox.root}/shell`;
    return this.#succeeds("bash", ["-c", ":"])
      ? ["bash", "--noprofile", "--rcfile", settings, "-i"]
      : ["env", `ENV=${settings}`, "sh", "-i"];
  }

  /** The whole environment of that shell. */
  get environment(): Record<string, string> {
    return this.#sandbox.environment({
      ...this.#aws.environment(this.#user.accessKey),
      PATH: `${this.#programs}:${Deno.env.get("PATH") ?? ""}`,
      TERM: Deno.env.get("TERM") ?? "dumb",
      // For the stand-in of the AWS CLI, whatever wev itself needs.
      DENO_DIR: denoDirectory(),
      AWS_PAGER: "",
      TZ: "UTC",
    });
  }

  /** The digits that the authenticator shows. */
  get code(): string {
    return this.#user.device.code();
  }

  /** How often a code has been sent to AWS. */
  get codesSent(): number {
    return this.#aws.requestsOf("GetSessionToken").length;
  }

  /** Takes everything away. */
  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking);
    this.#sandbox[Symbol.dispose]();
    await this.#aws[Symbol.asyncDispose]();
  }

  get #programs(): string {
    return `${this.#sandbox.root}/bin`;
  }

  get #display(): string {
    return `${this.#sandbox.root}/display`;
  }

  #show(): void {
    const seconds = STEP_SECONDS - Math.floor(Date.now() / 1000) % STEP_SECONDS;
    Deno.writeTextFileSync(
      this.#display,
      `Your authenticator shows ${this.code}, for ${seconds} s more\n`,
    );
  }

  #addProgram(name: string, words: readonly string[]): void {
    const text = `#!/bin/sh\nexec ${words.map(quote).join(" ")} "$@"\n`;
    Deno.chmodSync(this.#sandbox.write(`bin/${name}`, text), 0o755);
  }

  #hasAwsCli(): boolean {
    return this.#succeeds("aws", ["--version"]);
  }

  #succeeds(program: string, args: string[]): boolean {
    try {
      const options = { args, clearEnv: true, env: this.environment } as const;
      return new Deno.Command(program, { ...options, stdout: "null", stderr: "null" })
        .outputSync().success;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw error;
    }
  }
}
