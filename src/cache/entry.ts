/**
 * An entry of the cache: a resolution, and for how long it is usable. Pure; the files are elsewhere.
 *
 * @module
 */

import type { DefaultVariable, Resolution } from "../plugin/context.ts";
import { stampOf } from "../paths.ts";
import type { FileInfo, Files, System } from "../runtime.ts";
import { entryPath } from "./layout.ts";

/** Never is a command handed a session with less life left than this: 300 seconds… */
const MAX_MARGIN_MS = 300_000;
/** … or this part of its whole life, whichever is less: else a short session were never fresh. */
const MARGIN_OF_LIFE = 0.1;

/**
 * Less use than this is none: a device shows a new code every 30 seconds, so whoever demands more of a
 * session's life than that leaves would be asked in every run.
 */
const MIN_USE_MS = 30_000;

/** The format of the files. It is in their names too, so that two versions of wev keep out of each other's. */
export const FORMAT = 2;

/** Bytes. What is larger is nothing that wev wrote. */
const MAX_ENTRY_BYTES = 1_048_576;

/** A resolution that is kept until it expires. */
export interface CacheEntry extends EntryOrigin {
  /** The values and their expiry. */
  readonly resolution: Resolution & { readonly expiresAt: Date };
}

/** A resolution that is kept until it expires, whose values only the holder of a key can read. */
interface SealedEntry extends EntryOrigin {
  /** The expiry and, sealed, the values. */
  readonly resolution: Omit<CacheEntry["resolution"], "values"> & { readonly sealed: string };
}

/** What a file of the cache holds. */
export type KeptEntry = CacheEntry | SealedEntry;

/** An entry with its key. */
export interface KeyedEntry {
  /** The key: the name of its file. */
  readonly key: string;
  /** The entry. */
  readonly entry: KeptEntry;
}

/** What is known of a resolution besides its values. */
interface EntryOrigin {
  /** The plugin's id. */
  readonly plugin: string;
  /** The names of the variable it was resolved for, for people; others may share it. */
  readonly names: readonly string[];
  /** What the plugin read of the environment and of files, by name. No secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The stamps of the files that the inputs stand in, by path: while they are the same, so are those. */
  readonly stamps: Readonly<Record<string, string>>;
  /** When it was resolved: if its values are those of a kept entry, when that was. */
  readonly resolvedAt: Date;
  /** The keys of the kept entries that it was made from, which are forgotten with it. */
  readonly madeFrom?: readonly string[];
}

/** What the file of an entry holds. */
export interface EntryFile {
  /** What the file is. */
  readonly info: FileInfo;
  /** The entry; `undefined` where the file holds none that can be understood. */
  readonly entry: KeptEntry | undefined;
  /** Whether it is no entry of this version of wev, but one in the format of another. */
  readonly isOtherFormat: boolean;
}

/**
 * Returns what the file of the entry of `key` holds; `undefined` where there is none. Whether its word
 * counts is for the caller to say.
 *
 * @throws what the system says where it can't be read.
 */
export function readEntry(
  key: string,
  { directory, files, system }: {
    readonly directory: string;
    readonly files: Files;
    readonly system: System;
  },
): EntryFile | undefined {
  const { info, bytes } = files.readRegular(entryPath(directory, key, system), MAX_ENTRY_BYTES) ??
    {};
  if (info === undefined) return undefined;
  const text = new TextDecoder().decode(bytes);
  const entry = parseEntry(text, key);
  return { info, entry, isOtherFormat: entry === undefined && hasOtherFormat(text) };
}

function hasOtherFormat(text: string): boolean {
  try {
    const { format } = JSON.parse(text) ?? {};
    return typeof format === "number" && format !== FORMAT;
  } catch {
    return false;
  }
}

/** Returns whether the values of `entry` are there to be read. */
export function isOpen(entry: KeptEntry): entry is CacheEntry {
  return "values" in entry.resolution;
}

/**
 * Returns whether `entry` may still be handed to a command at the instant `now`, with at least
 * `remaining` seconds left; where it can't last that long, asking again would not help.
 */
export function isFresh(entry: KeptEntry, now: Date, remaining = 0): boolean {
  const { margin } = spans(entry);
  const wanted = canLast(entry, remaining) ? Math.max(margin, remaining * 1000) : margin;
  // Resolved in the future: the clock was wrong then or is now, and the expiry means nothing.
  const since = entry.resolvedAt.getTime() - margin;
  return since <= now.getTime() && now.getTime() < entry.resolution.expiresAt.getTime() - wanted;
}

/** Returns whether an entry like this one can have `remaining` seconds left for any time worth a question. */
export function canLast(entry: KeptEntry, remaining: number): boolean {
  return remaining * 1000 <= spans(entry).life - MIN_USE_MS;
}

/** Returns whether the files behind `entry` are as they were when it was resolved. */
export function holds({ stamps }: KeptEntry, files: Files): boolean {
  try {
    return Object.entries(stamps).every(([path, known]) => stampOf(files, path) === known);
  } catch {
    // What can't be looked at is reported by those who read it.
    return false;
  }
}

/** Returns the instant from which on `entry` is resolved anew: its expiry less the margin. */
export function freshUntil(entry: KeptEntry): Date {
  return new Date(entry.resolution.expiresAt.getTime() - spans(entry).margin);
}

/** The whole life of an entry, and how long before its end it is not used any more. */
function spans({ resolvedAt, resolution }: KeptEntry): { life: number; margin: number } {
  const life = Math.max(resolution.expiresAt.getTime() - resolvedAt.getTime(), 0);
  return { life, margin: Math.min(MAX_MARGIN_MS, life * MARGIN_OF_LIFE) };
}

/** Returns the content of the file of the entry of `key`. */
export function formatEntry(entry: KeptEntry, key: string): string {
  return `${formatTwice({ format: FORMAT, key, ...entry })}\n`;
}

/**
 * Returns `data` as JSON that has everything twice. A byte that a disk got wrong would reach the command
 * as a session that AWS refuses, until it expires; and no sum in JavaScript is as fast as comparing two
 * texts.
 */
export function formatTwice(data: object): string {
  const members = JSON.stringify(data).slice(1, -1);
  return `{${members},"copy":{${members}}}`;
}

/** Returns what {@linkcode formatTwice} was given; `undefined` where the two differ. */
export function parseTwice(text: string): Record<string, unknown> | undefined {
  const members = text.slice(1, (text.length - '{,"copy":{}}'.length) / 2 + 1);
  if (text !== `{${members},"copy":{${members}}}`) return undefined;
  try {
    return JSON.parse(`{${members}}`);
  } catch {
    return undefined;
  }
}

/**
 * Returns the entry of `key` that a file holds, or `undefined` where it holds none that is understood,
 * is damaged, or is another key's.
 */
export function parseEntry(text: string, key: string): KeptEntry | undefined {
  const data = parseTwice(text.trimEnd());
  if (data?.format !== FORMAT || data.key !== key) return undefined;
  const { plugin, names, inputs, stamps, madeFrom } = data;
  const resolvedAt = parseInstant(data.resolvedAt);
  const resolution = parseResolution(data.resolution);
  if (resolvedAt === undefined || resolution === undefined) return undefined;
  if (typeof plugin !== "string" || !isTexts(names)) return undefined;
  if (!isTextByName(inputs) || !isTextByName(stamps)) return undefined;
  if (madeFrom !== undefined && !isTexts(madeFrom)) return undefined;
  const entry = { plugin, names, inputs, stamps, resolvedAt, resolution } as KeptEntry;
  return madeFrom === undefined ? entry : { ...entry, madeFrom };
}

function parseResolution(data: unknown): KeptEntry["resolution"] | undefined {
  if (!isObject(data)) return undefined;
  const { values, sealed, defaults, identity } = data;
  const expiresAt = parseInstant(data.expiresAt);
  if (expiresAt === undefined) return undefined;
  if (defaults !== undefined && !isDefaults(defaults)) return undefined;
  if (identity !== undefined && typeof identity !== "string") return undefined;
  const rest = {
    expiresAt,
    ...(defaults === undefined ? {} : { defaults }),
    ...(identity === undefined ? {} : { identity }),
  };
  if (typeof sealed === "string") return { sealed, ...rest };
  return isTexts(values) ? { values, ...rest } : undefined;
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

function isDefaults(data: unknown): data is DefaultVariable[] {
  return Array.isArray(data) && data.every((one) =>
    isObject(one) && isTexts(one.names) &&
    (one.value === undefined || typeof one.value === "string") &&
    (one.unless === undefined || isTexts(one.unless)) &&
    (one.emptyCounts === undefined || typeof one.emptyCounts === "boolean")
  );
}

function isTexts(data: unknown): data is string[] {
  return Array.isArray(data) && data.every((item) => typeof item === "string");
}
