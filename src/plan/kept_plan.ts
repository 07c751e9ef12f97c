/**
 * Uses the plan that an earlier run kept for this working directory beside the cache, so that a run
 * need not understand the same YAML again. A kept plan is used only while every file it was made of,
 * and the absence of every file that would have counted, are as they were.
 *
 * @module
 */

import { formatTwice, parseTwice } from "../cache/entry.ts";
import { planPath } from "../cache/layout.ts";
import { type Reader, readIfSafe } from "../config/read_if_safe.ts";
import { CONFIG_FILE_NAMES, isPrivate, joinPath, MISTAKEN_FILE_NAMES, stampOf } from "../paths.ts";
import type { Files, System } from "../runtime.ts";
import { VERSION } from "../version.ts";
import type { Plan } from "./plan.ts";

/** Where a plan counts. */
export interface Place {
  /** The working directory, absolute. */
  readonly workingDirectory: string;
  /** The home directory, absolute; none if it is not known. */
  readonly home: string | undefined;
  /** The operating system, for the form of paths. */
  readonly system: System;
  /** The directory of the cache; without one nothing is kept. */
  readonly cacheDirectory: string | undefined;
}

/**
 * The format of the files: another number wherever the parts of {@linkcode KeptPlan} or {@linkcode Plan}
 * are others. Between two releases the version stays the same.
 */
export const PLAN_FORMAT = 2;

/** What a kept plan's file holds: the plan, and what it was made of. */
export interface KeptPlan {
  /** {@linkcode PLAN_FORMAT}. */
  readonly format: number;
  /** The version of wev that made it. */
  readonly version: string;
  /** The working directory it is for. */
  readonly workingDirectory: string;
  /** The home directory it is for. */
  readonly home: string | null;
  /** The directories in which files count, with their stamps. */
  readonly directories: readonly (readonly [path: string, stamp: string])[];
  /** The configuration files that there are, with what they hold: Deno's times are too coarse. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** The files that set nothing, which somebody was told of when the plan was made. */
  readonly unread: readonly string[];
  /** The plan. */
  readonly plan: Plan;
}

/** Bytes. A larger plan is not kept, and a larger file is not one. */
export const MAX_PLAN_BYTES = 4_194_304;

/** Returns the plan that was kept for `place`, or `undefined` where there is none that still holds. */
export function keptPlan(files: Files, place: Place, reader: Reader): Plan | undefined {
  const { cacheDirectory } = place;
  if (cacheDirectory === undefined) return undefined;
  const kept = readPlanFile(files, planPath(cacheDirectory, place), reader);
  if (kept?.format !== PLAN_FORMAT || kept.version !== VERSION) return undefined;
  if (kept.workingDirectory !== place.workingDirectory) return undefined;
  if (kept.home !== (place.home ?? null)) return undefined;
  try {
    return isUnchanged(files, kept, place, reader) ? kept.plan : undefined;
  } catch {
    // What can't be looked at is reported by those who read it.
    return undefined;
  }
}

function isUnchanged(files: Files, kept: KeptPlan, place: Place, reader: Reader): boolean {
  const present = [...kept.unread];
  for (const [file, text] of kept.files) {
    if (readConfig(files, file, reader) !== text) return false;
    present.push(file);
  }
  // Somebody for whom wev does nothing may just have made the first file, under a wrong name.
  const names = kept.plan.steps.length === 0
    ? [...CONFIG_FILE_NAMES, ...MISTAKEN_FILE_NAMES]
    : CONFIG_FILE_NAMES;
  for (const [directory, known] of kept.directories) {
    // Where a directory has not changed, no file has come into it.
    if (stampOf(files, directory) === known) continue;
    for (const name of names) {
      const file = joinPath(directory, name, place.system);
      if (files.stat(file) !== undefined && !present.includes(file)) return false;
    }
  }
  return true;
}

/** Returns what a configuration file holds; `undefined` if there is none that may be read. */
function readConfig(files: Files, path: string, reader: Reader): string | undefined {
  const found = readIfSafe(files, path, reader);
  return found !== undefined && "bytes" in found && found.bytes !== undefined
    ? new TextDecoder().decode(found.bytes)
    : undefined;
}

/** Returns the content of the file of `kept`. wev alone writes there, and need not check the rest. */
export function formatPlan(kept: KeptPlan): string {
  return formatTwice(kept);
}

function readPlanFile(files: Files, path: string, { user }: Reader): KeptPlan | undefined {
  try {
    const { info, bytes } = files.readRegular(path, MAX_PLAN_BYTES) ?? {};
    // Somebody else's plan would run as this user.
    if (info === undefined || bytes === undefined || !isPrivate(info, user)) return undefined;
    return parseTwice(new TextDecoder().decode(bytes)) as KeptPlan | undefined;
  } catch {
    return undefined;
  }
}

/** Returns the paths in `directory` at which a configuration file counts. */
export function candidatesIn(directory: string, { system }: Place): string[] {
  return CONFIG_FILE_NAMES.map((name) => joinPath(directory, name, system));
}
