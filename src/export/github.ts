/**
 * Hands variables to the later steps of a GitHub job.
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

/** Bytes for which there must be room: more than a session takes. */
const ROOM = 16_384;

/** What a GitHub job is reached by. */
interface GithubJobOptions {
  /** The environment of the step. */
  readonly environment: Environment;
  /** The file system. */
  readonly files: Files;
  /** Where the runner reads commands. */
  readonly stdout: CommandOutput;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/** The job whose step this is. */
export class GithubJob {
  readonly #options: GithubJobOptions;
  readonly #file: string;
  readonly #masked = new Set<string>();
  #failure: unknown;

  /**
   * Finds the job.
   *
   * @throws {WevError} where this is no step of one, or nothing can be handed to later steps.
   */
  constructor(options: GithubJobOptions) {
    this.#options = options;
    this.#file = options.environment.get(FILE) ?? "";
    const problem = this.#file === "" ? "is not set" : problemOf(this.#file, options.files);
    if (problem === undefined) return;
    throw new WevError(`Cannot export to GitHub: ${FILE} ${problem}`, {
      hint: "--export=github is for a step of a GitHub job: its runner sets GITHUB_ENV.",
    });
  }

  /**
   * Checks, before anyone is asked, that GitHub takes the names in `plan`, and can mask its secrets.
   *
   * @throws {ConfigError} if it does not take a name.
   * @throws {WevError} if it can't mask.
   */
  async check({ steps }: Plan): Promise<void> {
    const refused = steps
      .flatMap(({ names, location }) => names.map((name) => ({ name, location })))
      .find(({ name }) => !isTaken(name));
    if (refused !== undefined) {
      throw new ConfigError(
        refused.location,
        `GitHub lets no step set ${escapeControls(refused.name)} for later ones`,
        { hint: "Give the variable another name, or let wev run the command that needs it." },
      );
    }
    const hasSecrets = steps.some(({ constant }) => constant === undefined);
    if (!hasSecrets || !await this.#options.stdout.isDiscarded()) return;
    throw new WevError("Cannot export to GitHub: nobody reads standard output", {
      hint: "The runner reads there what it must mask: let it be the step's own.",
    });
  }

  /**
   * Has values masked in the log that GitHub does not know to be secret. Where that fails, `export`
   * will: a session is worth to be saved before.
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
   * Has every secret value masked in the log, and only then hands `changes` to the later steps. What a
   * plugin has resolved is secret; what stands in the configuration is not. GitHub can't remove a
   * variable: one that must not reach the later steps is emptied.
   *
   * @throws {WevError} where a mask could not be written: then no step gets a variable. Or where the
   * variables can't be written.
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
      logger.warning(`GitHub can't remove ${name} from later steps: there it is empty`);
    }
    const names = resolved.flatMap(({ step }) => step.names);
    logger.info(`Later steps have ${names.join(", ") || "no variables: none are configured"}`);
  }
}

/** Returns what is wrong with the file `path`, to which a code's session is to be added, if anything. */
function problemOf(path: string, files: Files): string | undefined {
  try {
    if (files.stat(path)?.kind !== "file") return "names no file";
    files.append(path, "");
  } catch (error) {
    return cannotBeWritten(error);
  }
  const beside = `${path}.${crypto.randomUUID()}`;
  try {
    files.writePrivately(beside, new Uint8Array(ROOM));
    files.remove(beside);
  } catch (error) {
    // A directory that takes no further file says nothing of this one.
    if (["EDQUOT", "EFBIG", "ENOSPC"].includes(codeOf(error) ?? "")) return cannotBeWritten(error);
  }
  return undefined;
}

function cannotBeWritten(error: unknown): string {
  return `can't be written: ${reasonOf(error)}`;
}

/** Returns whether the last line lacks its end: what is added would become a part of it. */
function endsMidLine(path: string, files: Files): boolean {
  const size = files.stat(path)?.size ?? 0;
  const last = size === 0 ? undefined : files.read(path, size)?.at(-1);
  return last !== undefined && last !== "\n".charCodeAt(0);
}

/**
 * The runner keeps these for itself, and refuses NODE_OPTIONS. Other names than those of POSIX could
 * pass for commands in the runner's files and logs.
 */
function isTaken(name: string): boolean {
  return !/^(?:GITHUB|RUNNER)_/i.test(name) && name.toUpperCase() !== "NODE_OPTIONS" &&
    /^[A-Za-z_][A-Za-z0-9_]*$/.test(name);
}

/** Returns the lines of a value that can be masked: the runner refuses white space alone. */
function linesOf(value: string): string[] {
  return value.split(/\r\n|\r|\n/).filter((line) => line.trim() !== "");
}

/** Returns a command for each line of each of `secrets`: the runner masks by the line. */
export function maskCommands(secrets: readonly string[]): string {
  const lines = new Set(secrets.flatMap(linesOf));
  return [...lines].map((line) => `::add-mask::${line.replaceAll("%", "%25")}\n`).join("");
}

/** Returns what sets `name`. The end is a line that nobody could have written into the value. */
function assignment(name: string, value: string): string {
  let end: string;
  do end = `wev_${crypto.randomUUID()}`; while (value.includes(end));
  return `${name}<<${end}\n${value}\n${end}\n`;
}
