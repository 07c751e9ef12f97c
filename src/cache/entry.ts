/**
 * An entry of the cache: a resolution, and for how long it is worth anything. Pure; the files are
 * elsewhere.
 *
 * @module
 */

import type { Resolution } from "../plugin/contract.ts";

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
  /** What the resolution was made of, for people: which profile, which device. No secret. */
  readonly about: Readonly<Record<string, string>>;
  /** When it was resolved. */
  readonly resolvedAt: Date;
  /** The values and their expiry. */
  readonly resolution: Resolution & { readonly expiresAt: Date };
}

/** Returns whether `entry` may still be handed to a command at the instant `now`. */
export function isFresh(entry: CacheEntry, now: Date): boolean {
  return now.getTime() < freshUntil(entry).getTime();
}

/** Returns the instant from which on `entry` is resolved anew: its expiry less the margin. */
export function freshUntil(entry: CacheEntry): Date {
  const expiresAt = entry.resolution.expiresAt.getTime();
  const life = Math.max(expiresAt - entry.resolvedAt.getTime(), 0);
  return new Date(expiresAt - Math.min(MAX_MARGIN_MS, life * MARGIN_OF_LIFE));
}

/** Returns the content of an entry's file. */
export function formatEntry(entry: CacheEntry): string {
  const { plugin, names, about, resolvedAt, resolution } = entry;
  return JSON.stringify({ format: FORMAT, plugin, names, about, resolvedAt, ...resolution }) + "\n";
}

/** Returns the entry that a file holds, or `undefined` where it holds none that is understood. */
export function parseEntry(text: string): CacheEntry | undefined {
  const data = parseObject(text);
  if (data === undefined || data.format !== FORMAT) return undefined;
  const { plugin, names, about, values, unset, identity } = data;
  const resolvedAt = parseInstant(data.resolvedAt);
  const expiresAt = parseInstant(data.expiresAt);
  if (typeof plugin !== "string" || resolvedAt === undefined || expiresAt === undefined) return;
  if (!isTexts(names) || !isTexts(values) || (unset !== undefined && !isTexts(unset))) {
    return undefined;
  }
  if (identity !== undefined && typeof identity !== "string") return undefined;
  if (typeof about !== "object" || about === null || !isTexts(Object.values(about))) {
    return undefined;
  }
  return {
    plugin,
    names,
    about: about as Record<string, string>,
    resolvedAt,
    resolution: {
      values,
      expiresAt,
      ...(unset === undefined ? {} : { unset }),
      ...(identity === undefined ? {} : { identity }),
    },
  };
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === "object" && data !== null ? data as Record<string, unknown> : undefined;
  } catch {
    return undefined;
  }
}

function parseInstant(data: unknown): Date | undefined {
  if (typeof data !== "string" || !data.endsWith("Z")) return undefined;
  const instant = new Date(data);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function isTexts(data: unknown): data is string[] {
  return Array.isArray(data) && data.every((item) => typeof item === "string");
}
