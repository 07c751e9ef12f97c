/**
 * Checks whether the names of a variable fit the values of its plugin. Programs may send or show a secret
 * that has a wrong name.
 *
 * @module
 */

import type { Variable } from "../config/load.ts";
import { ConfigError, escapeControls } from "../errors.ts";
import type { ValueForm } from "../plugin/manifest.ts";
import { whyOutward } from "./outward_names.ts";

/** The prefix of variables that configure wev. */
const OWN_PREFIX = "WEV_";
/** Secret or internal variables of wev, which never reach the command. */
const NEVER_SET = ["WEV_AWSMFA_TOKEN", "WEV_OUTER"];

/**
 * Checks that no project sets a variable that configures wev, and that no file sets one that is reserved
 * for wev.
 *
 * @throws {ConfigError} if one does; it points at the name.
 */
export function checkOwnNames(
  variable: Pick<Variable, "names" | "location" | "nameLocations">,
  isOfHome: (file: string) => boolean,
): void {
  const isOwn = isOfHome(variable.location.file);
  for (const [index, name] of variable.names.entries()) {
    const capitals = name.toUpperCase();
    if (!capitals.startsWith(OWN_PREFIX)) continue;
    const isReserved = NEVER_SET.includes(capitals);
    if (isOwn && !isReserved) continue;
    throw new ConfigError(
      variable.nameLocations[index]!,
      isReserved
        ? `${escapeControls(name)} is reserved for wev: no configuration file may set it`
        : `${
          escapeControls(name)
        } configures wev: only a configuration file of the home directory ` +
          "may set it",
      { hint: "Give the variable another name, or set it in the environment of wev." },
    );
  }
}

/**
 * Checks that each name of `variable` fits the value at its position.
 *
 * @throws {ConfigError} if one does not; it points at the name.
 */
export function checkValueNames(variable: Variable, values: readonly ValueForm[]): void {
  for (const [index, name] of variable.names.entries()) {
    const value = values[index];
    const problem = value && problemOf(name, value, values);
    if (problem === undefined) continue;
    throw new ConfigError(
      variable.nameLocations[index]!,
      `"${escapeControls(name)}" ${problem.problem}`,
      { hint: problem.hint },
    );
  }
}

interface Problem {
  readonly problem: string;
  readonly hint: string;
}

function problemOf(
  name: string,
  value: ValueForm,
  values: readonly ValueForm[],
): Problem | undefined {
  if (value.names.includes(name)) return undefined;
  const isAlike = (one: string) => bare(one) === bare(name);
  const known = values.find(({ names }) => names.some(isAlike));
  if (known === value) {
    const right = value.names.find(isAlike);
    return { problem: `is written differently from "${right}"`, hint: `Did you mean "${right}"?` };
  }
  const hint = `Did you mean "${value.names[0]}"?\n` +
    `The order is: ${values.map(({ label }) => label).join(", ")}.`;
  const place = `in the place of the ${value.label}`;
  if (known !== undefined) return { problem: `names the ${known.label}, but is ${place}`, hint };
  // No program sends a variable whose name ends like the usual names of the value.
  const why = value.secret && !hasEnding(name, value) ? whyOutward(name) : undefined;
  if (why !== undefined) {
    return {
      problem: `can't hold the ${value.label}: ${why}`,
      hint: `Use another name, such as ${value.names[0]} or one that ends in _${value.ending}.`,
    };
  }
  if (isNearMiss(name, value)) return { problem: `does not name the ${value.label}`, hint };
  const other = hasWords(name, value) ? undefined : values.find((one) => hasWords(name, one));
  if (other !== undefined) return { problem: `names the ${other.label}, but is ${place}`, hint };
  return undefined;
}

/** Returns the letters and digits of a name, in capitals. */
function bare(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, "");
}

/** Returns whether `name` is similar to a well-known name, such as AWS_SECRET_KEY. */
function isNearMiss(name: string, value: ValueForm): boolean {
  const prefixes = value.names.map((one) => one.slice(0, one.indexOf("_")));
  const isOfFamily = prefixes.some((prefix) =>
    new RegExp(`^${prefix}(?![A-Z0-9])`, "i").test(name)
  );
  if (!isOfFamily) return false;
  const capitals = name.toUpperCase();
  return !hasWords(name, value) || value.names.some((one) => isOneEditAway(one, capitals));
}

/** Returns whether the names differ by one inserted, removed or replaced letter. */
function isOneEditAway(one: string, other: string): boolean {
  let start = 0;
  while (start < one.length && one[start] === other[start]) start++;
  const rest = (text: string, skipped: number) => text.slice(start + skipped);
  return rest(one, 1) === rest(other, 1) || rest(one, 0) === rest(other, 1) ||
    rest(one, 1) === rest(other, 0);
}

function hasEnding(name: string, { ending }: ValueForm): boolean {
  return new RegExp(`(?:^|_)${ending}$`, "i").test(name);
}

/** Returns whether `name` contains the ending of this value's names: `AWS_SESSION_TOKEN_PROD`. */
function hasWords(name: string, { ending }: ValueForm): boolean {
  return new RegExp(`(?:^|_)${ending}(?:_|$)`, "i").test(name);
}
