/**
 * The variable by which the AWS CLI tells that a profile's program runs, by way of other tools, itself
 * again: `aws configure export-credentials` keeps the profiles in it, as a line of CSV.
 *
 * @module
 */

/** The name of the variable. */
export const PROFILE_CHAIN = "_AWS_CLI_PROFILE_CHAIN";

/** As the AWS CLI, which allows for programs that ask for another profile's credentials. */
const MAX_PROFILES = 4;

/** Returns what is wrong with running the program of `profile` below those of `chain`, or `undefined`. */
export function chainProblem(chain: string, profile: string): string | undefined {
  const profiles = parseChain(chain);
  if (profiles.includes(profile)) return "its program runs itself again";
  return profiles.length < MAX_PROFILES
    ? undefined
    : `it is the program of a program, ${MAX_PROFILES} times: ${profiles.join(", ")}`;
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
