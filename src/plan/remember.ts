/**
 * Keeps the plan of a working directory for the runs to come.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import type { Files } from "../runtime.ts";
import { NO_STAMP, settledStamp } from "../stamp.ts";
import { VERSION } from "../version.ts";
import type { Plan } from "./plan.ts";
import { candidatesIn, type Memo, memoPath, type Place, planDirectory } from "./recall.ts";

/** How many plans are kept; beyond that the oldest go. */
const MAX_PLANS = 500;

/** What a plan was made of. */
export interface PlanSources {
  /** The directories in which files count. */
  readonly directories: readonly string[];
  /** The files it was made of, with what they held. */
  readonly texts: ReadonlyMap<string, string>;
  /** An instant before the first file was read. */
  readonly readAt: Date;
}

/**
 * Keeps `plan` for `place`.
 *
 * @throws what the system says where it can't be written.
 */
export function rememberPlan(files: Files, place: Place, plan: Plan, sources: PlanSources): void {
  const path = memoPath(place);
  if (path === undefined) return;
  const memo: Memo = {
    version: VERSION,
    workingDirectory: place.workingDirectory,
    home: place.home ?? null,
    directories: sources.directories.map((directory) => [
      directory,
      isLinkIn(files, directory, place) ? NO_STAMP : settledStamp(files, directory, sources.readAt),
    ]),
    files: [...sources.texts],
    plan,
  };
  files.writePrivately(path, new TextEncoder().encode(JSON.stringify(memo)));
  sweep(files, path, place);
}

/** A link that leads nowhere is an absent file that can appear without its directory changing. */
function isLinkIn(files: Files, directory: string, place: Place): boolean {
  return candidatesIn(directory, place).some((file) => files.isLink(file));
}

function sweep(files: Files, path: string, place: Place): void {
  const directory = planDirectory(place);
  const names = directory === undefined ? [] : files.list(directory);
  if (directory === undefined || names.length <= MAX_PLANS) return;
  const aged = names.map((name) => joinPath(directory, name, place.system))
    .filter((other) => other !== path)
    .map((other) => ({ other, time: files.stat(other)?.modified?.getTime() ?? 0 }))
    .sort((one, two) => one.time - two.time);
  for (const { other } of aged.slice(0, names.length - MAX_PLANS)) files.remove(other);
}
