/**
 * Passes variables to the later steps of a GitHub job.
 *
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
 *
 * @module
 */

import { textsOf } from "../engine/resolve.ts";
import type { Resolved } from "../engine/resolved.ts";
import { ConfigError, escapeControls, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Plan } from "../plan/plan.ts";
import type { CommandOutput, Environment, EnvironmentChanges, Files } from "../runtime.ts";
import { codeOf, reasonOf, writeToReader } from "../standard_output.ts";

/** The variable that names the file for the variables of later steps. */
const FILE = "GITHUB_ENV";

/** Bytes of free space that are required: more than a session takes. */
const MIN_FREE_SPACE = 16_384;

/** The options of {@linkcode GithubJob}. */
interface GithubJobOptions {
  /** The environment of the step. */
  readonly environment: Environment;
  /** The file system. */
  readonly files: Files;
  /** Standard output: the runner reads commands from it. */
  readonly stdout: CommandOutput;
  /** Logs messages. */
  readonly logger: Logger;
}

/** The GitHub job that this step belongs to. */
export class GithubJob {
  readonly #options: GithubJobOptions;
  readonly #file: string;
  readonly #masked = new Set<string>();
  #failure: unknown;

  /**
   * Finds the job.
   *
   * @throws {WevError} if this is not a step of a job, or no variable can be passed to later steps.
   */
  constructor(options: GithubJobOptions) {
    this.#options = options;
    this.#file = options.environment.get(FILE) ?? "";
    const problem = this.#file === "" ? "is not set" : problemOf(this.#file, options.files);
    if (problem === undefined) return;
    throw new WevError(`Cannot export to GitHub: ${FILE} ${problem}`, {
      hint: "Use --export=github in a step of a GitHub job: its runner sets GITHUB_ENV.",
    });
  }

  /**
   * Checks, before wev asks a question, that GitHub accepts the names in `plan` and can mask its secrets.
   *
   * @throws {ConfigError} if it does not accept a name.
   * @throws {WevError} if it can't mask.
   */
  async check({ steps }: Plan): Promise<void> {
    const refused = steps
      .flatMap(({ names, location }) => names.map((name) => ({ name, location })))
      .find(({ name }) => !isAccepted(name));
    if (refused !== undefined) {
      throw new ConfigError(
        refused.location,
        `GitHub does not let a step set ${escapeControls(refused.name)} for later steps`,
        { hint: "Give the variable another name, or let wev run the command that needs it." },
      );
    }
    const hasSecrets = steps.some(({ constant }) => constant === undefined);
    if (!hasSecrets || !await this.#options.stdout.isDiscarded()) return;
    throw new WevError("Cannot export to GitHub: nobody reads standard output", {
      hint: "Don't redirect it: the runner reads the values to mask from it.",
    });
  }

  /**
   * Makes GitHub mask secret values in the log. If that fails, `export` throws later, so that a session is
   * cached first.
   */
  mask(values: readonly string[]): void {
    const lines = values.flatMap(linesOf).filter((line) => !this.#masked.has(line));
    for (const line of lines) this.#masked.add(line);
    const { stdout } = this.#options;
    try {
      writeToReader(maskCommands(lines), { write: (text) => stdout.command(text) });
    } catch (error) {
      this.#failure ??= error;
    }
  }

  /**
   * Makes GitHub mask every secret value in the log, and only then passes the changes to the later steps.
   * Resolved values are secret; constants of the configuration are not. GitHub can't remove a variable, so
   * a variable that must not reach the later steps is set to an empty text.
   *
   * @throws {WevError} if a mask or the variables can't be written. If a mask fails, no step gets a
   * variable.
   */
  export(resolved: readonly Resolved[], { set, unset }: EnvironmentChanges): void {
    const { environment, files, logger } = this.#options;
    this.mask(resolved.filter(({ origin }) => origin !== "constant").flatMap(textsOf));
    if (this.#failure !== undefined) throw this.#failure;
    const emptied = unset.filter((name) => environment.get(name));
    const entries = [...set, ...emptied.map((name) => [name, ""] as const)];
    const text = entries.map(([name, value]) => assignment(name, value)).join("");
    try {
      files.append(this.#file, `${endsMidLine(this.#file, files) ? "\n" : ""}${text}`);
    } catch (error) {
      throw new WevError(`Cannot export to GitHub: ${FILE} ${cannotBeWritten(error)}`, {
        kind: "internal",
      });
    }
    for (const name of emptied) {
      logger.warning(`GitHub can't remove ${name} from later steps; it is empty there`);
    }
    const names = resolved.flatMap(({ step }) => step.names);
    logger.info(`Later steps have ${names.join(", ") || "no variables: none are configured"}`);
  }
}

/** Returns why variables can't be written to the file `path`, or `undefined`. */
function problemOf(path: string, files: Files): string | undefined {
  try {
    if (files.stat(path)?.kind !== "file") return "names no file";
    files.append(path, "");
  } catch (error) {
    return cannotBeWritten(error);
  }
  const beside = `${path}.${crypto.randomUUID()}`;
  try {
    files.writePrivately(beside, new Uint8Array(MIN_FREE_SPACE));
    files.remove(beside);
  } catch (error) {
    // If the directory allows no other file, this one may still be writable.
    if (["EDQUOT", "EFBIG", "ENOSPC"].includes(codeOf(error) ?? "")) return cannotBeWritten(error);
  }
  return undefined;
}

function cannotBeWritten(error: unknown): string {
  return `can't be written: ${reasonOf(error)}`;
}

/** Returns whether the last line has no line feed: added text would become a part of it. */
function endsMidLine(path: string, files: Files): boolean {
  const size = files.stat(path)?.size ?? 0;
  const last = size === 0 ? undefined : files.read(path, size)?.at(-1);
  return last !== undefined && last !== "\n".charCodeAt(0);
}

/**
 * Returns whether GitHub accepts a name. The runner reserves some prefixes and refuses NODE_OPTIONS. Names
 * that are not POSIX names could look like commands in the runner's files and logs.
 */
function isAccepted(name: string): boolean {
  return !/^(?:GITHUB|RUNNER)_/i.test(name) && name.toUpperCase() !== "NODE_OPTIONS" &&
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Returns the lines of a value that can be masked. The runner refuses lines of white space. */
function linesOf(value: string): string[] {
  return value.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
}

/** Returns a mask command for each line of `secrets`, because the runner masks line by line. */
export function maskCommands(secrets: readonly string[]): string {
  const lines = new Set(secrets.flatMap(linesOf));
  return [...lines].map((line) => `::add-mask::${line.replaceAll("%", "%25")}\n`).join("");
}

/** Returns the text that sets `name`. The end marker is random, so the value can't contain it. */
function assignment(name: string, value: string): string {
  let end: string;
  do end = `wev_${crypto.randomUUID()}`; while (value.includes(end));
  return `${name}<<${end}\n${value}\n${end}\n`;
}
