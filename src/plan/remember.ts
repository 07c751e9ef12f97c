/**
 * Keeps the plan of a working directory for the runs to come.
 *
 * @module
 */

import { sweepTemporaryFiles } from "../cache/temporary_files.ts";
import { joinPath } from "../directories.ts";
import type { Clock, Files } from "../runtime.ts";
import { CLOCK_STEP_MS, NO_STAMP, settledStamp, stampOf } from "../stamp.ts";
import { VERSION } from "../version.ts";
import type { Plan } from "./plan.ts";
import {
  candidatesIn,
  formatMemo,
  type Memo,
  memoPath,
  type Place,
  planDirectory,
} from "./recall.ts";

/** How many plans are kept; beyond that the oldest go. */
const MAX_PLANS = 500;

/** What a plan was made of. */
export interface PlanSources {
  /** The directories in which files count. */
  readonly directories: readonly string[];
  /** The files it was made of, with what they held. */
  readonly texts: ReadonlyMap<string, string>;
  /** The time. */
  readonly clock: Clock;
}

/**
 * Keeps `plan` for `place`, unless a file has come or gone since it was made.
 *
 * @throws what the system says where it can't be written.
 */
export async function rememberPlan(
  files: Files,
  place: Place,
  plan: Plan,
  { directories, texts, clock }: PlanSources,
): Promise<void> {
  const path = memoPath(place);
  const directory = planDirectory(place);
  if (path === undefined || directory === undefined) return;
  // First, since it may change one of the directories that are stamped.
  files.makePrivateDirectory(directory);
  const stamps: [string, string][] = [];
  for (const one of directories) stamps.push([one, await directoryStamp(files, one, place, clock)]);
  const isAsRead = directories.flatMap((one) => candidatesIn(one, place))
    .every((file) =>
      files.stat(file) === undefined || texts.has(file) || isAlias(files, file, texts)
    );
  if (!isAsRead) return;
  const memo: Memo = {
    version: VERSION,
    workingDirectory: place.workingDirectory,
    home: place.home ?? null,
    directories: stamps,
    files: [...texts],
    plan,
  };
  files.writePrivately(path, new TextEncoder().encode(formatMemo(memo)));
  sweep(files, path, directory, place);
}

/** Returns the stamp of a directory; waits a little where that can't be relied on yet. */
async function directoryStamp(
  files: Files,
  directory: string,
  place: Place,
  clock: Clock,
): Promise<string> {
  // A link that leads nowhere is an absent file that can appear without its directory changing.
  if (candidatesIn(directory, place).some((file) => files.isLink(file))) return NO_STAMP;
  if (stampOf(files, directory) === NO_STAMP) return NO_STAMP;
  const stamp = settledStamp(files, directory, clock.now());
  if (stamp !== NO_STAMP) return stamp;
  await new Promise((resolve) => setTimeout(resolve, CLOCK_STEP_MS + 1));
  return settledStamp(files, directory, clock.now());
}

/** A file of the home directory that was read by another path does not count a second time. */
function isAlias(files: Files, file: string, texts: ReadonlyMap<string, string>): boolean {
  const stamp = stampOf(files, file);
  return [...texts.keys()].some((other) => stampOf(files, other) === stamp);
}

function sweep(files: Files, path: string, directory: string, { system }: Place): void {
  sweepTemporaryFiles(files, directory, { written: path, system });
  const names = files.list(directory);
  if (names.length <= MAX_PLANS) return;
  const aged = names.map((name) => joinPath(directory, name, system))
    .filter((other) => other !== path)
    .map((other) => ({ other, time: files.stat(other)?.modified?.getTime() ?? 0 }))
    .sort((one, two) => one.time - two.time);
  for (const { other } of aged.slice(0, names.length - MAX_PLANS)) files.remove(other);
}
