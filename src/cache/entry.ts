/**
 * An entry of the cache: a resolution and the time that it is usable. This module has no side effects,
 * except for reading the file.
 *
 * @module
 */

import type { DefaultVariable, Resolution } from "../plugin/context.ts";
import { stampOf } from "../paths.ts";
import type { FileInfo, Files, System } from "../runtime.ts";
import { entryPath } from "./layout.ts";

/** A command never gets a session with less remaining lifetime than this: 300 seconds… */
const MAX_MARGIN_MS = 300_000;
/** … or this part of its lifetime, if that is less. Otherwise a short session would never be fresh. */
const MARGIN_OF_LIFE = 0.1;

/**
 * The shortest time that a session must be usable. A device shows a new code every 30 seconds: with less
 * time, wev would ask for a code in every run.
 */
const MIN_USE_MS = 30_000;

/** The format of the files. It is part of the keys, so that versions of wev don't share entries. */
export const FORMAT = 2;

/** Bytes. wev never writes a larger file. */
const MAX_ENTRY_BYTES = 1_048_576;

/** A resolution that is kept until it expires. */
export interface CacheEntry extends EntryOrigin {
  /** The values and their expiry. */
  readonly resolution: Resolution & { readonly expiresAt: Date };
}

/** A resolution that is kept until it expires, with encrypted values. */
interface SealedEntry extends EntryOrigin {
  /** The expiry and the encrypted values. */
  readonly resolution: Omit<CacheEntry["resolution"], "values"> & { readonly sealed: string };
}

/** An entry as a file of the cache holds it. */
export type KeptEntry = CacheEntry | SealedEntry;

/** An entry with its key. */
export interface KeyedEntry {
  /** The key: the name of its file. */
  readonly key: string;
  /** The entry. */
  readonly entry: KeptEntry;
}

/** The origin of a resolution: everything except its values. */
interface EntryOrigin {
  /** The plugin's id. */
  readonly plugin: string;
  /** The names of the variable it was resolved for, for people; others may share it. */
  readonly names: readonly string[];
  /** The inputs that the plugin read from the environment and from files, by name. No secret. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The stamps of the files with the inputs, by path. While a stamp is the same, so are the inputs. */
  readonly stamps: Readonly<Record<string, string>>;
  /** When it was resolved. If it has the values of a kept entry, when that was resolved. */
  readonly resolvedAt: Date;
  /** The keys of the kept entries that it was made from. They are forgotten with it. */
  readonly madeFrom?: readonly string[];
}

/** The file of an entry. */
export interface EntryFile {
  /** Its owner, mode and kind. */
  readonly info: FileInfo;
  /** The entry; `undefined` if the file has no valid entry. */
  readonly entry: KeptEntry | undefined;
  /** Whether the file has the format of another version of wev. */
  readonly isOtherFormat: boolean;
}

/**
 * Reads the file of the entry of `key`; returns `undefined` if there is none. The caller must check
 * whether the file can be trusted.
 *
 * @throws the error of the system if it can't be read.
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

/** Returns whether the values of `entry` are not encrypted. */
export function isOpen(entry: KeptEntry): entry is CacheEntry {
  return "values" in entry.resolution;
}

/**
 * Returns whether a command may still get `entry` at the instant `now`, with at least `remaining` seconds
 * left. If such an entry never lasts that long, `remaining` is ignored: asking again would not help.
 */
export function isFresh(entry: KeptEntry, now: Date, remaining = 0): boolean {
  const { margin } = spans(entry);
  const wanted = canLast(entry, remaining) ? Math.max(margin, remaining * 1000) : margin;
  // If it was resolved in the future, the clock was or is wrong, so the expiry can't be trusted.
  const since = entry.resolvedAt.getTime() - margin;
  return since <= now.getTime() && now.getTime() < entry.resolution.expiresAt.getTime() - wanted;
}

/** Returns whether such an entry has `remaining` seconds left for long enough to be worth a question. */
export function canLast(entry: KeptEntry, remaining: number): boolean {
  return remaining * 1000 <= spans(entry).life - MIN_USE_MS;
}

/** Returns whether the files behind `entry` are unchanged since it was resolved. */
export function holds({ stamps }: KeptEntry, files: Files): boolean {
  try {
    return Object.entries(stamps).every(([path, known]) => stampOf(files, path) === known);
  } catch {
    // The code that reads the files reports the error.
    return false;
  }
}

/** Returns the instant from which `entry` is resolved again: its expiry minus the margin. */
export function freshUntil(entry: KeptEntry): Date {
  return new Date(entry.resolution.expiresAt.getTime() - spans(entry).margin);
}

/** Returns the lifetime of an entry, and the margin before its end in which it is not used. */
function spans({ resolvedAt, resolution }: KeptEntry): { life: number; margin: number } {
  const life = Math.max(resolution.expiresAt.getTime() - resolvedAt.getTime(), 0);
  return { life, margin: Math.min(MAX_MARGIN_MS, life * MARGIN_OF_LIFE) };
}

/** Returns the content of the file for the entry of `key`. */
export function formatEntry(entry: KeptEntry, key: string): string {
  return `${formatTwice({ format: FORMAT, key, ...entry })}\n`;
}

/**
 * Returns `data` as JSON that contains everything twice, to detect damage. Otherwise a wrong byte from the
 * disk would give the command a session that AWS refuses, until it expires. In JavaScript comparing two
 * texts is faster than any checksum.
 */
export function formatTwice(data: object): string {
  const members = JSON.stringify(data).slice(1, -1);
  return `{${members},"copy":{${members}}}`;
}

/** Returns the data that {@linkcode formatTwice} was given; `undefined` if the two copies differ. */
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
 * Returns the entry of `key` in the text of a file, or `undefined` if it is invalid, damaged or has
 * another key.
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
