/**
 * What the measured programs find: an AWS, a user with a session in the cache, configurations.
 *
 * @module
 */

import { type LocalAws, type LocalUser, startLocalAws } from "../../tests/support/aws/mod.ts";
import { denoDirectory, Sandbox } from "../../tests/support/program.ts";
import { SecretTool } from "../../tests/support/secret_tool.ts";

const NAMES = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]";
const DEPTH = 10;
const VARIABLES_PER_FILE = 5;

/** Where the programs run, each in a directory that suits it. */
export class Scene implements AsyncDisposable {
  readonly #aws: LocalAws = startLocalAws();
  readonly #user: LocalUser = this.#aws.addUser({ name: "bench" });
  readonly #sandbox = new Sandbox();
  readonly #keyring = new SecretTool(`${this.#sandbox.root}/keyring`);
  /** A directory without variables, but for a `.envrc` that direnv takes them from. */
  readonly plain: string = `${this.#sandbox.root}/plain`;
  /** A directory whose session is in the cache, once {@linkcode Scene.signIn} was there. */
  readonly signedIn: string = `${this.#sandbox.root}/signed-in`;
  /** A directory with 50 variables, from 10 configuration files. */
  readonly many: string = `${this.#sandbox.root}/many${"/d".repeat(DEPTH - 1)}`;
  /** A directory where nobody has been asked. */
  readonly asking: string = `${this.#sandbox.root}/asking`;

  /** Makes the directories. */
  constructor() {
    const { serialNumber } = this.#user.device;
    const configuration = (duration: number) =>
      `${NAMES}:\n  plugin:\n    id: wev-awsmfa\n    duration: ${duration}\n` +
      `    mfa_device: ${serialNumber}\n`;
    this.#sandbox.write(`${this.plain}/.envrc`, "export GREETING=hello\n");
    this.#sandbox.write(`${this.signedIn}/.wev.yml`, configuration(3600));
    this.#sandbox.write(`${this.asking}/.wev.yml`, configuration(7200));
    for (let level = 0; level < DEPTH; level++) {
      const path = `many${"/d".repeat(level)}/.wev.yml`;
      const entries = Array.from(
        { length: VARIABLES_PER_FILE },
        (_, index) =>
          `VARIABLE_${level}_${index}:\n  plugin:\n    id: wev-echo\n    value: hello\n`,
      );
      this.#sandbox.write(path, entries.join(""));
    }
  }

  /** The whole environment. */
  get environment(): Record<string, string> {
    const environment = this.#aws.environment(this.#user.accessKey);
    return this.#sandbox.environment({ ...environment, DENO_DIR: denoDirectory() });
  }

  /** The whole environment of one whose cache is sealed, by a stand-in for secret-tool. */
  get sealedEnvironment(): Record<string, string> {
    return {
      ...this.environment,
      WEV_KEYRING: "auto",
      XDG_CACHE_HOME: this.pathOf("sealed"),
      PATH: `${this.#keyring.directory}:${this.environment.PATH}`,
    };
  }

  /** A path for something that is made for the measurement. */
  pathOf(name: string): string {
    return `${this.#sandbox.root}/${name}`;
  }

  /** Answers the questions of a wev that runs in {@linkcode Scene.signedIn}. */
  async signIn(): Promise<void> {
    for (const env of [this.environment, this.sealedEnvironment]) {
      await using terminal = this.#sandbox.start(["true"], { cwd: this.signedIn, env });
      await terminal.waitFor("Token:");
      await terminal.type(`${this.#user.device.code()}\r`);
      if (await terminal.end() !== 0) throw new Error(`Cannot sign in: ${terminal.shown}`);
      this.#aws.clock.advance(60);
    }
  }

  /** Takes everything away. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#sandbox[Symbol.dispose]();
    await this.#aws[Symbol.asyncDispose]();
  }
}
