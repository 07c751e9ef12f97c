/**
 * A project whose wev.yml asks for an MFA session, and a local AWS with a user to get it from.
 *
 * @module
 */

import { type AccessKey, type LocalAws, type LocalUser, startLocalAws } from "./aws/mod.ts";
import type { LocalAwsOptions, UserOptions } from "./aws/mod.ts";
import type { Pty } from "./pty.ts";
import { type RunOptions, type RunResult, Sandbox } from "./program.ts";

/** The names that wev-awsmfa sets. */
export const NAMES = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]";

/** A command that says which access key it got, on standard output. */
export const COMMAND = ["sh", "-c", 'echo "ran with $AWS_ACCESS_KEY_ID"'] as const;

/** What is different from the usual. */
export interface MfaSandboxOptions {
  /**
   * The user; `undefined` where it has all that a user needs.
   *
   * @default {{ name: "ann" }}
   */
  readonly user?: Omit<UserOptions, "name">;
  /**
   * Lines below the plugin's id.
   *
   * @default none
   */
  readonly options?: Readonly<Record<string, string>>;
  /**
   * How the local AWS is set up.
   *
   * @default {{}}
   */
  readonly aws?: LocalAwsOptions;
}

/** A project, a local AWS, and a user. */
export class MfaSandbox implements AsyncDisposable {
  /** The files and the program. */
  readonly sandbox: Sandbox = new Sandbox();
  /** The local AWS. */
  readonly aws: LocalAws;
  /** The user, `ann`. */
  readonly user: LocalUser;
  /** The configuration file. */
  readonly config: string;

  /** Makes all of it. */
  constructor({ user, options = {}, aws }: MfaSandboxOptions = {}) {
    this.aws = startLocalAws(aws);
    this.user = this.aws.addUser({ name: "ann", ...user });
    const lines = Object.entries(options).map(([name, value]) => `    ${name}: ${value}\n`);
    this.config = this.sandbox.write(
      "home/project/wev.yml",
      `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n${lines.join("")}`,
    );
  }

  /** Returns the environment of a run; `undefined` takes a variable out of it. */
  environment(extra: Environment = {}, key: AccessKey = this.user.accessKey) {
    const variables = Object.entries({ ...this.aws.environment(key), ...extra });
    return Object.fromEntries(
      variables.filter((entry): entry is [string, string] => entry[1] !== undefined),
    );
  }

  /** Starts wev on a terminal. */
  start(args: readonly string[] = COMMAND, env: Environment = {}): Pty {
    return this.sandbox.start(args, { env: this.environment(env) });
  }

  /** Runs wev without a terminal. */
  async run(
    args: readonly string[] = COMMAND,
    { env, ...options }: Omit<RunOptions, "env"> & { readonly env?: Environment } = {},
  ): Promise<RunResult> {
    return await this.sandbox.run(args, {
      before: ["setsid", "--wait"],
      ...options,
      env: this.environment(env),
    });
  }

  /** Answers the question with the code that the user's phone shows, and waits for the end. */
  async answer(pty: Pty): Promise<number> {
    await pty.waitFor("Token: ");
    await pty.type(`${this.user.device.code()}\r`);
    return await pty.end();
  }

  /** Gets a session, as a person would; the codes that follow are others. */
  async login(args: readonly string[] = COMMAND, env: Environment = {}): Promise<void> {
    await using pty = this.start(args, env);
    const code = await this.answer(pty);
    if (code !== 0) throw new Error(`Cannot log in: ${pty.shown}`);
    this.aws.clock.advance(60);
  }

  /** The actions that AWS was asked for, in order. */
  get actions(): string[] {
    return this.aws.requests.map(({ action }) => action);
  }

  /** The codes that AWS was sent, in order. */
  get codes(): (string | undefined)[] {
    return this.aws.requestsOf("GetSessionToken").map(({ parameters }) => parameters["TokenCode"]);
  }

  /** Stops AWS and removes the files. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.aws[Symbol.asyncDispose]();
    this.sandbox[Symbol.dispose]();
  }
}

/** Environment variables; `undefined` for one that is not to be there. */
export type Environment = Readonly<Record<string, string | undefined>>;
