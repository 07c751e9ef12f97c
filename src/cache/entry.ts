/**
 * An entry of the cache: a resolution, and for how long it is worth anything. Pure; the files are
 * elsewhere.
 *
 * @module
 */

import { joinPath } from "../directories.ts";
import type { Resolution } from "../plugin/contract.ts";
import type { Files, System } from "../runtime.ts";
import { stampOf } from "../stamp.ts";

/** Never is a command handed a session with less life left than this: 300 seconds… */
const MAX_MARGIN_MS = 300_000;
/** … or this part of its whole life, whichever is less: else a short session were never fresh. */
const MARGIN_OF_LIFE = 0.1;

/** The format of the files. An entry of another format is a miss. */
const FORMAT = 1;

/** A resolution that is kept until it expires. */
export interface CacheEntry {
  /** The plugin's id. */
  readonly plugin: string;
  /** The names of the variable it was resolved for, for people; others may share it. */
  readonly names: readonly string[];
  /** What the plugin read of the environment and of files, by name. No secret. */
  readonly about: Readonly<Record<string, string>>;
  /** The files behind `about`, with their stamps: while these hold, so does that. */
  readonly witnesses: Readonly<Record<string, string>>;
  /** When it was resolved. */
  readonly resolvedAt: Date;
  /**
   * The keys of the variables' entries that were made with it, where it is shared: forgetting one of
   * them forgets it.
   */
  readonly users?: readonly string[];
  /** The values and their expiry. */
  readonly resolution: Resolution & { readonly expiresAt: Date };
}

/**
 * Returns whether `entry` may still be handed to a command at the instant `now`, with at least
 * `remaining` seconds left; a life that was never that long can't be the longer for asking again.
 */
export function isFresh(entry: CacheEntry, now: Date, remaining = 0): boolean {
  const { life, margin } = spans(entry);
  const wanted = remaining * 1000 < life - margin ? Math.max(margin, remaining * 1000) : margin;
  // Resolved in the future: the clock was wrong then or is now, and the expiry means nothing.
  const since = entry.resolvedAt.getTime() - margin;
  return since <= now.getTime() && now.getTime() < entry.resolution.expiresAt.getTime() - wanted;
}

/** Returns whether the files behind `entry` are as they were when it was resolved. */
export function holds({ witnesses }: CacheEntry, files: Files): boolean {
  try {
    return Object.entries(witnesses).every(([path, known]) => stampOf(files, path) === known);
  } catch {
    // What can't be looked at is reported by those who read it.
    return false;
  }
}

/** Returns the instant from which on `entry` is resolved anew: its expiry less the margin. */
export function freshUntil(entry: CacheEntry): Date {
  return new Date(entry.resolution.expiresAt.getTime() - spans(entry).margin);
}

/** The whole life of an entry, and how long before its end it is not used any more. */
function spans({ resolvedAt, resolution }: CacheEntry): { life: number; margin: number } {
  const life = Math.max(resolution.expiresAt.getTime() - resolvedAt.getTime(), 0);
  return { life, margin: Math.min(MAX_MARGIN_MS, life * MARGIN_OF_LIFE) };
}

/** Returns the path of the entry of `key`. */
export function entryPath(directory: string, key: string, system: System): string {
  return joinPath(directory, `${key}.json`, system);
}

/** Returns the content of an entry's file. */
export function formatEntry(entry: CacheEntry): string {
  return JSON.stringify({ format: FORMAT, ...entry }) + "\n";
}

/** Returns the entry that a file holds, or `undefined` where it holds none that is understood. */
export function parseEntry(text: string): CacheEntry | undefined {
  const data = parseObject(text);
  if (data === undefined || data.format !== FORMAT) return undefined;
  const { plugin, names, about, witnesses, users } = data;
  const resolvedAt = parseInstant(data.resolvedAt);
  const resolution = parseResolution(data.resolution);
  if (resolvedAt === undefined || resolution === undefined) return undefined;
  if (typeof plugin !== "string" || !isTexts(names)) return undefined;
  if (!isTextByName(about) || !isTextByName(witnesses)) return undefined;
  if (users !== undefined && !isTexts(users)) return undefined;
  const entry = { plugin, names, about, witnesses, resolvedAt, resolution };
  return users === undefined ? entry : { ...entry, users };
}

function parseResolution(data: unknown): CacheEntry["resolution"] | undefined {
  if (!isObject(data)) return undefined;
  const { values, defaults, identity, share } = data;
  const expiresAt = parseInstant(data.expiresAt);
  if (expiresAt === undefined || !isTexts(values)) return undefined;
  if (defaults !== undefined && !isTextByName(defaults)) return undefined;
  if (identity !== undefined && typeof identity !== "string") return undefined;
  if (share !== undefined && typeof share !== "string") return undefined;
  return {
    values,
    expiresAt,
    ...(defaults === undefined ? {} : { defaults }),
    ...(identity === undefined ? {} : { identity }),
    ...(share === undefined ? {} : { share }),
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return isObject(data) ? data : undefined;
  } catch {
    return undefined;
  }
}

function parseInstant(data: unknown): Date | undefined {
  if (typeof data !== "string" || !data.endsWith("Z")) return undefined;
  const instant = new Date(data);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function isObject(data: unknown): data is Record<string, unknown> {
  return typeof data === "object" && data !== null && !Array.isArray(data);
}

function isTextByName(data: unknown): data is Record<string, string> {
  return isObject(data) && isTexts(Object.values(data));
}

function isTexts(data: unknown): data is string[] {
  return Array.isArray(data) && data.every((item) => typeof item === "string");
}
