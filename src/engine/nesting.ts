/**
 * wev inside wev: a make that wev started, a shell. The inner one has to see what the outer one saw,
 * or it would take the session it was handed for the credentials to get one with. So a run notes, in
 * one variable, what it changed of that which plugins read.
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../runtime.ts";
import type { Resolved } from "./resolved.ts";

/** The variable with the note. It holds no secret: see {@linkcode Change}. */
export const NOTE = "WEV_OUTER";

/** What a run changed of one variable. */
interface Change {
  readonly name: string;
  /** What it was: `null` where it was not set, `true` where it was secret and is lost. */
  readonly was: string | null | true;
  /** 32 bits that tell if it is still what wev made it; `null` where wev removed it. */
  readonly sum: number | null;
  /** When the values that replaced it expire, in seconds since 1970; absent if that is not known. */
  readonly until?: number;
  /** Whether wev set it since the command had none, not because the configuration says so. */
  readonly isDefault?: boolean;
}

/** The environment as it was before any outer wev changed it. */
export interface OuterEnvironment extends Environment {
  /** The secret variables whose former value is lost. */
  readonly lost: readonly LostVariable[];
  /** The variables that an outer wev set since its command had none. */
  readonly defaults: readonly string[];
}

/** A secret variable whose former value is lost. */
export interface LostVariable {
  /** Its name. */
  readonly name: string;
  /** When the values that replaced it expire, in seconds since 1970, if that is known. */
  readonly until: number | undefined;
}

/** Returns what `environment` was before any outer wev changed it. */
export function outerEnvironment(environment: Environment): OuterEnvironment {
  const note = environment.get(NOTE);
  return note === undefined
    ? { get: (name) => environment.get(name), lost: [], defaults: [] }
    : before(readNote(note), environment);
}

function before(note: readonly Change[], environment: Environment): OuterEnvironment {
  // A variable that somebody changed since is what they made it.
  const changes = note.filter(({ name, sum }) => checksum(environment.get(name)) === sum);
  const former = new Map(changes.map(({ name, was }) => [name, was]));
  return {
    get(name) {
      const was = former.get(name);
      if (was === undefined) return environment.get(name);
      return typeof was === "string" ? was : undefined;
    },
    defaults: changes.flatMap(({ name, isDefault = false }) => isDefault ? [name] : []),
    lost: changes.flatMap(({ name, was, until }) => was === true ? [{ name, until }] : []),
  };
}

/** What a run changes, and which of that it sets since the command has none. */
interface NotedChanges extends EnvironmentChanges {
  /** The names of what is set since the command has none. */
  readonly defaults: readonly string[];
}

/**
 * Returns the note of a run that makes changes to `environment`, since it `resolved` this; `undefined`
 * where nothing that its plugins read or that is a default is changed.
 */
export function nestingNote(
  environment: Environment,
  resolved: readonly Pick<Resolved, "step" | "expiresAt">[],
  { set, unset, defaults }: NotedChanges,
): string | undefined {
  const outer = outerEnvironment(environment);
  const read = resolved.flatMap(({ step }) => step.reads);
  const readSecret = resolved.flatMap(({ step }) => step.readsSecret);
  const defaulted = [...defaults, ...outer.defaults];
  const changes: Change[] = [];
  for (const name of new Set([...read, ...readSecret, ...defaulted])) {
    const value = set.get(name);
    if (value === undefined && !unset.includes(name)) continue;
    // What stays as it is, as keys do that are handed out as they are, is not lost for those within.
    const stays = value !== undefined && value === environment.get(name);
    if (stays && !defaulted.includes(name)) continue;
    const was = readSecret.includes(name) && outer.get(name) !== undefined ||
        outer.lost.some((lost) => lost.name === name)
      ? true
      : outer.get(name) ?? null;
    const setter = was === true && resolved.find(({ step }) => step.names.includes(name));
    const expiry = setter ? setter.expiresAt : undefined;
    changes.push({
      name,
      was,
      sum: checksum(value),
      ...(defaults.includes(name) ? { isDefault: true } : {}),
      ...(expiry === undefined ? {} : { until: Math.floor(expiry.getTime() / 1000) }),
    });
  }
  const former = environment.get(NOTE);
  const kept = former === undefined ? [] : unlessIn(changes, readNote(former));
  return kept.length + changes.length === 0 ? undefined : JSON.stringify([...kept, ...changes]);
}

/** Returns those of `former` whose variables are none of `changes`. */
function unlessIn(changes: readonly Change[], former: readonly Change[]): Change[] {
  return former.filter(({ name }) => !changes.some((change) => change.name === name));
}

function readNote(note: string): Change[] {
  try {
    const changes: unknown = JSON.parse(note);
    return Array.isArray(changes) ? changes.filter(isChange) : [];
  } catch {
    // Somebody else's: nothing is known.
    return [];
  }
}

function isChange(data: unknown): data is Change {
  if (typeof data !== "object" || data === null) return false;
  const { name, was, sum, until, isDefault } = data as Record<string, unknown>;
  if (isDefault !== undefined && typeof isDefault !== "boolean") return false;
  return typeof name === "string" && (typeof was === "string" || was === null || was === true) &&
    (typeof sum === "number" || sum === null) &&
    (typeof until === "number" || until === undefined);
}

/** How much of the end of a value is summed: keys and tokens differ there, and it takes less time. */
const SUMMED_CHARACTERS = 32;

/** Returns 32 bits of FNV-1a: enough to tell a change, and nothing to find a secret by. */
function checksum(text: string | undefined): number | null {
  if (text === undefined) return null;
  let sum = 0x811c9dc5 ^ text.length;
  for (let index = Math.max(text.length - SUMMED_CHARACTERS, 0); index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return sum;
}
