/**
 * Hands variables to the later steps of a GitHub job.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * @module
 */

import { ConfigError, escapeControls, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Plan } from "../plan/plan.ts";
import type { Environment, EnvironmentChanges, Files, Output } from "../runtime.ts";
import { writeToReader } from "./requested_output.ts";

/** The variable that names the file for the variables of later steps. */
const FILE = "GITHUB_ENV";

/** What a GitHub job is reached by. */
export interface GithubJobOptions {
  /** The environment of the step. */
  readonly environment: Environment;
  /** The file system. */
  readonly files: Files;
  /** Where the runner reads commands. */
  readonly stdout: Output;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/** The job whose step this is. */
export class GithubJob {
  readonly #options: GithubJobOptions;
  readonly #file: string;

  /**
   * Finds the job.
   *
   * @throws {WevError} where this is no step of one.
   */
  constructor(options: GithubJobOptions) {
    this.#options = options;
    this.#file = options.environment.get(FILE) ?? "";
    if (this.#file !== "" && options.files.stat(this.#file)?.kind === "file") return;
    throw new WevError(
      `Cannot export to GitHub: ${FILE} ${this.#file === "" ? "is not set" : "names no file"}`,
      { hint: "--export=github is for a step of a GitHub job: its runner sets GITHUB_ENV." },
    );
  }

  /**
   * Checks, before anyone is asked, that GitHub takes the names in `plan`.
   *
   * @throws {ConfigError} where it does not.
   */
  check({ steps }: Plan): void {
    const refused = steps.flatMap(({ names, location }) =>
      names.map((name) => ({ name, location }))
    )
      .find(({ name }) => !isTaken(name));
    if (refused === undefined) return;
    throw new ConfigError(
      refused.location,
      `GitHub lets no step set ${escapeControls(refused.name)} for later ones`,
      { hint: "Give the variable another name, or let wev run the command that needs it." },
    );
  }

  /**
   * Has every secret value masked in the log, and only then hands `changes` to the later steps. What a
   * plugin has resolved is secret; what stands in the configuration is not. GitHub can't remove a
   * variable: one that must not reach the later steps is emptied.
   *
   * @throws {WevError} where nobody reads what is to be masked: then no step gets a variable.
   */
  export({ steps }: Plan, { set, unset }: EnvironmentChanges): void {
    const { environment, files, stdout, logger } = this.#options;
    const resolved = steps.filter(({ constant }) => constant === undefined);
    const secrets = resolved.flatMap(({ names }) => names.map((name) => set.get(name)!));
    writeToReader(maskCommands(secrets), stdout);
    const emptied = unset.filter((name) => environment.get(name));
    const entries = [...set, ...emptied.map((name) => [name, ""] as const)];
    files.append(this.#file, entries.map(([name, value]) => assignment(name, value)).join(""));
    for (const name of emptied) {
      logger.warning(`GitHub can't remove ${name} from later steps: there it is empty`);
    }
    const names = steps.flatMap(({ names }) => names);
    logger.info(`Later steps have ${names.join(", ") || "no variables: none are configured"}`);
  }
}

/**
 * The runner keeps these for itself, and refuses NODE_OPTIONS. Other names than those of POSIX could
 * pass for commands in the runner's files and logs.
 */
function isTaken(name: string): boolean {
  return !/^(?:GITHUB|RUNNER)_/i.test(name) && name.toUpperCase() !== "NODE_OPTIONS" &&
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Returns a command for each line of each of `secrets`: the runner masks by the line. */
export function maskCommands(secrets: readonly string[]): string {
  const lines = new Set(secrets.flatMap((secret) => secret.split(/\r\n|\r|\n/)));
  lines.delete("");
  return [...lines].map((line) => `::add-mask::${line.replaceAll("%", "%25")}\n`).join("");
}

/** Returns what sets `name`. The end is a line that nobody could have written into the value. */
function assignment(name: string, value: string): string {
  const end = `wev_${crypto.randomUUID()}`;
  return `${name}<<${end}\n${value}\n${end}\n`;
}
