/**
 * Nested runs: wev inside a shell or a make that wev started. The inner run must see the environment of
 * the outer one; otherwise it would take the session it got for the credentials to request one with. So
 * a run notes, in one variable, its changes to the variables that plugins read.
 *
 * @module
 */

import type { Environment, EnvironmentChanges } from "../runtime.ts";
import type { Resolved } from "./resolved.ts";

/** The variable with the note. It holds no secret: see {@linkcode Change}. */
export const NOTE = "WEV_OUTER";

/** The change of one variable by a run. */
interface Change {
  readonly name: string;
  /** The former value: `null` if it was not set, `true` if it was secret and is lost. */
  readonly was: string | null | true;
  /** A 32-bit checksum of the value that wev set; `null` if wev removed it. */
  readonly sum: number | null;
  /** When the values that replaced it expire, in seconds since 1970; absent if that is not known. */
  readonly until?: number;
  /** Whether it is a default, which wev set only because the command had no value. */
  readonly isDefault?: boolean;
}

/** The environment as it was before any outer wev changed it. */
export interface OuterEnvironment extends Environment {
  /** The secret variables whose former value is lost. */
  readonly lost: readonly LostVariable[];
  /** The defaults that an outer wev set. */
  readonly defaults: readonly string[];
}

/** A secret variable whose former value is lost. */
export interface LostVariable {
  /** Its name. */
  readonly name: string;
  /** When the values that replaced it expire, in seconds since 1970, if that is known. */
  readonly until: number | undefined;
}

/** Returns `environment` as it was before any outer wev changed it. */
export function outerEnvironment(environment: Environment): OuterEnvironment {
  const note = environment.get(NOTE);
  return note === undefined
    ? { get: (name) => environment.get(name), lost: [], defaults: [] }
    : before(readNote(note), environment);
}

function before(note: readonly Change[], environment: Environment): OuterEnvironment {
  // Ignore the changes of variables that were changed again since.
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

/** The changes of a run, and which of them are defaults. */
interface NotedChanges extends EnvironmentChanges {
  /** The names of the defaults. */
  readonly defaults: readonly string[];
}

/**
 * Returns the note of a run that changes `environment` because of the values `resolved`. Returns
 * `undefined` if it changes no default and no variable that its plugins read.
 */
export function nestingNote(
  { environment, outer }: { readonly environment: Environment; readonly outer: OuterEnvironment },
  resolved: readonly Pick<Resolved, "step" | "expiresAt">[],
  { set, unset, defaults }: NotedChanges,
): string | undefined {
  const read = resolved.flatMap(({ step }) => step.reads);
  const readSecret = resolved.flatMap(({ step }) => step.readsSecret);
  const defaulted = [...defaults, ...outer.defaults];
  const changes: Change[] = [];
  for (const name of new Set([...read, ...readSecret, ...defaulted])) {
    const value = set.get(name);
    if (value === undefined && !unset.includes(name)) continue;
    // An unchanged value is not lost for inner runs, for example keys that are passed on as they are.
    const isUnchanged = value !== undefined && value === environment.get(name);
    if (isUnchanged && !defaulted.includes(name)) continue;
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

/** Returns the changes of `former` whose variables are not in `changes`. */
function unlessIn(changes: readonly Change[], former: readonly Change[]): Change[] {
  return former.filter(({ name }) => !changes.some((change) => change.name === name));
}

function readNote(note: string): Change[] {
  try {
    const changes: unknown = JSON.parse(note);
    return Array.isArray(changes) ? changes.filter(isChange) : [];
  } catch {
    // Not written by wev: ignore it.
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

/** Characters at the end of a value that are summed. Keys and tokens differ there, and it saves time. */
const SUMMED_CHARACTERS = 32;

/** Returns the 32-bit FNV-1a hash: enough to detect a change, too little to find a secret. */
function checksum(text: string | undefined): number | null {
  if (text === undefined) return null;
  let sum = 0x811c9dc5 ^ text.length;
  for (let index = Math.max(text.length - SUMMED_CHARACTERS, 0); index < text.length; index++) {
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return sum;
}
