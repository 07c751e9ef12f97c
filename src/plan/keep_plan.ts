/**
 * Keeps the plan of a working directory for later runs.
 *
 * @module
 */

import { NAMES, planDirectory, planPath } from "../cache/layout.ts";
import { sweepTemporaryFiles } from "../cache/temporary_files.ts";
import { makeOwnDirectory, type Owner, ownFiles } from "../cache/private_directory.ts";
import { candidatesIn } from "../config/discover.ts";
import { CLOCK_STEP_MS, NO_STAMP, settledStamp, stampOf } from "../paths.ts";
import type { Clock, Files } from "../runtime.ts";
import { VERSION } from "../version.ts";
import type { Plan } from "./plan.ts";
import { formatPlan, type KeptPlan, MAX_PLAN_BYTES, type Place, PLAN_FORMAT } from "./kept_plan.ts";

/** Most plans that are kept. The oldest ones are removed. */
const MAX_PLANS = 500;

/** The sources of a plan. */
interface PlanSources {
  /** The directories that are searched for files. */
  readonly directories: readonly string[];
  /** The files it was made from, with their content. */
  readonly texts: ReadonlyMap<string, string>;
  /** The ignored files that wev warned of. */
  readonly unread: readonly string[];
  /** The current time. */
  readonly clock: Clock;
  /** This process's user ID; `undefined` on Windows. */
  readonly user: number | undefined;
}

/**
 * Keeps `plan` for `place`, unless a file was added or removed since it was made.
 *
 * @throws the error of the system if it can't be written.
 */
export async function keepPlan(
  files: Files,
  place: Place,
  plan: Plan,
  { directories, texts, unread, clock, user }: PlanSources,
): Promise<void> {
  const { cacheDirectory, system } = place;
  if (cacheDirectory === undefined) return;
  const path = planPath(cacheDirectory, place);
  const directory = planDirectory(cacheDirectory, system);
  // First, because it may change a directory that is stamped below.
  const owner = { files, system: place.system, user, home: place.home };
  makeOwnDirectory(directory, owner);
  const stamps: [string, string][] = [];
  for (const one of directories) stamps.push([one, await directoryStamp(files, one, place, clock)]);
  const isAsRead = directories.flatMap((one) => candidatesIn(one, place))
    .every((file) =>
      files.stat(file) === undefined || texts.has(file) || isAlias(files, file, texts)
    );
  if (!isAsRead) return;
  const kept: KeptPlan = {
    format: PLAN_FORMAT,
    version: VERSION,
    workingDirectory: place.workingDirectory,
    home: place.home ?? null,
    directories: stamps,
    files: [...texts],
    unread,
    plan,
  };
  const content = new TextEncoder().encode(formatPlan(kept));
  if (content.length > MAX_PLAN_BYTES) return;
  files.writePrivately(path, content);
  sweep(directory, path, owner);
}

/** Returns the stamp of a directory. Waits a little if the stamp is not reliable yet. */
async function directoryStamp(
  files: Files,
  directory: string,
  place: Place,
  clock: Clock,
): Promise<string> {
  // The target of a dangling link can appear without a change of this directory.
  if (candidatesIn(directory, place).some((file) => files.lstat(file)?.kind === "link")) {
    return NO_STAMP;
  }
  if (stampOf(files, directory) === NO_STAMP) return NO_STAMP;
  const stamp = settledStamp(files, directory, clock.now());
  if (stamp !== NO_STAMP) return stamp;
  await new Promise((resolve) => setTimeout(resolve, CLOCK_STEP_MS + 1));
  return settledStamp(files, directory, clock.now());
}

/** Returns whether `file` is the same as a file that was read by another path. */
function isAlias(files: Files, file: string, texts: ReadonlyMap<string, string>): boolean {
  const stamp = stampOf(files, file);
  return [...texts.keys()].some((other) => stampOf(files, other) === stamp);
}

function sweep(directory: string, written: string, owner: Owner): void {
  sweepTemporaryFiles(directory, written, owner);
  const plans = ownFiles(directory, NAMES.plan, owner);
  if (plans.length <= MAX_PLANS) return;
  const aged = plans.filter(({ path }) => path !== written)
    .map(({ path, info }) => ({ path, time: info.modified?.getTime() ?? 0 }))
    .sort((one, two) => one.time - two.time);
  for (const { path } of aged.slice(0, plans.length - MAX_PLANS)) owner.files.remove(path);
}
