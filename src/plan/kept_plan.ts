/**
 * Reads the plan that an earlier run kept for this working directory, so that a run need not parse the
 * same YAML again. A kept plan is valid only while the files it was made from are unchanged, and no new
 * file has been added.
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

/** The place that a plan is for. */
export interface Place {
  /** The working directory, absolute. */
  readonly workingDirectory: string;
  /** The home directory, absolute, if it is known. */
  readonly home: string | undefined;
  /** The operating system, for the form of paths. */
  readonly system: System;
  /** The cache directory; if `undefined`, nothing is kept. */
  readonly cacheDirectory: string | undefined;
}

/**
 * The format of the files. Increase it with every change of {@linkcode KeptPlan} or {@linkcode Plan}: the
 * version does not change between two releases.
 */
export const PLAN_FORMAT = 2;

/** The content of the file of a kept plan: the plan and its sources. */
export interface KeptPlan {
  /** {@linkcode PLAN_FORMAT}. */
  readonly format: number;
  /** The version of wev that made it. */
  readonly version: string;
  /** The working directory it is for. */
  readonly workingDirectory: string;
  /** The home directory it is for. */
  readonly home: string | null;
  /** The directories that are searched for files, with their stamps. */
  readonly directories: readonly (readonly [path: string, stamp: string])[];
  /** The configuration files with their content, because Deno's file times are too coarse. */
  readonly files: readonly (readonly [path: string, text: string])[];
  /** The ignored files that wev warned of when the plan was made. */
  readonly unread: readonly string[];
  /** The plan. */
  readonly plan: Plan;
}

/** Bytes. Larger plans are not kept, and larger files are ignored. */
export const MAX_PLAN_BYTES = 4_194_304;

/** Returns the kept plan for `place`, or `undefined` if there is no valid one. */
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
    // The cold run reads the files and reports the error.
    return undefined;
  }
}

function isUnchanged(files: Files, kept: KeptPlan, place: Place, reader: Reader): boolean {
  const present = [...kept.unread];
  for (const [file, text] of kept.files) {
    if (readConfig(files, file, reader) !== text) return false;
    present.push(file);
  }
  // If nothing is configured, the user may just have created the first file with a wrong name.
  const names = kept.plan.steps.length === 0
    ? [...CONFIG_FILE_NAMES, ...MISTAKEN_FILE_NAMES]
    : CONFIG_FILE_NAMES;
  for (const [directory, known] of kept.directories) {
    // In an unchanged directory there is no new file.
    if (stampOf(files, directory) === known) continue;
    for (const name of names) {
      const file = joinPath(directory, name, place.system);
      if (files.stat(file) !== undefined && !present.includes(file)) return false;
    }
  }
  return true;
}

/** Returns the content of a configuration file; `undefined` if it does not exist or is unsafe. */
function readConfig(files: Files, path: string, reader: Reader): string | undefined {
  const found = readIfSafe(files, path, reader);
  return found !== undefined && "bytes" in found && found.bytes !== undefined
    ? new TextDecoder().decode(found.bytes)
    : undefined;
}

/** Returns the content of the file for `kept`. Only wev writes it, so reading it needs no validation. */
export function formatPlan(kept: KeptPlan): string {
  return formatTwice(kept);
}

function readPlanFile(files: Files, path: string, { user }: Reader): KeptPlan | undefined {
  try {
    const { info, bytes } = files.readRegular(path, MAX_PLAN_BYTES) ?? {};
    // A plan that another user wrote would run as this user.
    if (info === undefined || bytes === undefined || !isPrivate(info, user)) return undefined;
    return parseTwice(new TextDecoder().decode(bytes)) as KeptPlan | undefined;
  } catch {
    return undefined;
  }
}
