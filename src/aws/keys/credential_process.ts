/**
 * Keys that a program prints: `credential_process` of a profile.
 *
 * @module
 */

import process from "node:process";
import { ConfigError, escapeControls, WevError } from "../../errors.ts";
import type { ReadContext, RequestContext } from "../context.ts";
import { PROFILE_CHAIN, type ProvidedCredentials } from "../profiles/credentials.ts";
import { quoted } from "../profiles/profile_errors.ts";
import { settingOf, type SharedConfig } from "../profiles/shared_config.ts";
import { shellWords, windowsWords } from "../profiles/shell_words.ts";
import type { ProvidedKeys } from "./keys.ts";

/** Milliseconds after which a program that has not printed keys is stopped. */
const PROCESS_TIMEOUT_MS = 60_000;

const splitWords = process.platform === "win32" ? windowsWords : shellWords;

/**
 * Runs the program of the profile, and returns the keys that it prints.
 *
 * @throws {WevError} with the problem, if there are none. It shows nothing of the output.
 */
export async function runProcess(
  { profile = "" }: ProvidedCredentials,
  config: SharedConfig,
  { askProgram, environment, now, times }: RequestContext,
): Promise<ProvidedKeys> {
  const argv = processWords(profile, config);
  const { stdout, code, stopped } = await askProgram(argv, {
    timeout: PROCESS_TIMEOUT_MS,
    lookup: "anywhere",
    environment: {
      [PROFILE_CHAIN]: extendChain(environment.get(PROFILE_CHAIN) ?? "", profile),
    },
  });
  const name = escapeControls(argv[0] ?? "");
  if (stopped === "time") throw new WevError("it took longer than 60 seconds");
  if (stopped === "output") throw new WevError("it printed too much");
  if (code === 127) throw new WevError(`there is no program "${name}"`);
  if (code === 126) throw new WevError(`"${name}" can't be executed`);
  if (code !== 0) throw new WevError(`it failed with exit code ${code}`);
  return parseProcessOutput(stdout, { now, times });
}

/**
 * Checks the command line of the profile's program, and that the program does not run itself.
 *
 * @throws {ConfigError} if it is not a command line.
 * @throws {WevError} if it would run itself.
 */
export function checkProcess(
  { profile = "", source }: ProvidedCredentials,
  config: SharedConfig,
  { environment }: ReadContext,
): void {
  processWords(profile, config);
  const problem = chainProblem(environment.get(PROFILE_CHAIN) ?? "", profile);
  if (problem === undefined) return;
  throw new WevError(`There are no credentials from ${source}: ${problem}`, {
    kind: "auth",
    hint: "Let the program use another profile.",
  });
}

/**
 * Returns the program and the arguments of `credential_process`, without a shell.
 *
 * @throws {ConfigError} if a quote is not closed.
 */
export function processWords(
  name: string,
  { profiles }: SharedConfig,
  split: (text: string) => string[] | undefined = splitWords,
): string[] {
  const setting = settingOf(profiles.get(name), "credential_process")!;
  const words = split(setting.value);
  if (words !== undefined && words.length > 0) return words;
  throw new ConfigError(
    setting.valueLocation,
    `credential_process of the profile ${
      quoted(name)
    } is not a command line: a quote is not closed`,
    { hint: "Close it, or write a backslash before it." },
  );
}

/**
 * Returns the keys in the output of a program.
 *
 * @throws {WevError} with the problem, if there are none. It shows nothing of the output.
 */
export function parseProcessOutput(
  text: string,
  { now, times }: Pick<ReadContext, "now" | "times">,
): ProvidedKeys {
  let output: unknown;
  try {
    output = JSON.parse(text);
  } catch {
    throw new WevError("it printed no JSON");
  }
  if (typeof output !== "object" || output === null) {
    throw new WevError("it printed no JSON object");
  }
  const { Version, AccessKeyId, SecretAccessKey, SessionToken, Expiration } = output as Readonly<
    Record<string, unknown>
  >;
  if (Version !== 1) throw new WevError("it printed JSON without Version 1");
  if (typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string") {
    throw new WevError("it printed no AccessKeyId and SecretAccessKey");
  }
  const expiration = typeof Expiration === "string" ? new Date(Expiration) : undefined;
  if (expiration !== undefined && Number.isNaN(expiration.getTime())) {
    throw new WevError("it printed an Expiration that is not a time");
  }
  if (expiration !== undefined && expiration <= now()) {
    throw new WevError(`it printed keys that expired at ${times.until(expiration)}`);
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    ...(typeof SessionToken === "string" && SessionToken ? { sessionToken: SessionToken } : {}),
    ...(expiration === undefined ? {} : { expiration }),
  };
}

/** The limit of the AWS CLI: a program may use another profile that has a program. */
const MAX_PROFILES = 4;

/** Returns why the program of `profile` can't run below those of `chain`, or `undefined`. */
export function chainProblem(chain: string, profile: string): string | undefined {
  const profiles = parseChain(chain);
  if (profiles.includes(profile)) return "its program runs itself again";
  return profiles.length < MAX_PROFILES
    ? undefined
    : `the programs of ${MAX_PROFILES} profiles already run each other: ${profiles.join(", ")}`;
}

/** Returns the value of the variable for the program of `profile`. */
export function extendChain(chain: string, profile: string): string {
  return [...parseChain(chain), profile].map(field).join(",");
}

/** Returns the profiles in the variable's value. */
export function parseChain(chain: string): string[] {
  if (chain === "") return [];
  return [...chain.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)]
    .map(([, quoted, plain = ""]) => quoted === undefined ? plain : quoted.replaceAll('""', '"'));
}

function field(name: string): string {
  return /[",\r\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}
