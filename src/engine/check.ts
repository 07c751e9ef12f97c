/**
 * Whether everything that a run in this directory needs is cached. It asks nobody, contacts nothing and
 * opens no sealed value.
 *
 * @module
 */

import { isOpen, type KeptEntry } from "../cache/entry.ts";
import type { Plan, Step } from "../plan/plan.ts";
import {
  type CachedVariable,
  cachedVariables,
  type ListOptions,
  type Reason,
  reasonAgainst,
  REASONS,
} from "./list.ts";
import type { Request } from "./resolved.ts";
import { valuesProblem } from "./values.ts";

/** Whether the values of a variable are cached. It has a form for machines: this, as JSON. */
export interface CheckedVariable {
  /** The names of the variable. */
  readonly names: readonly string[];
  /** Whether a run would use what is cached. */
  readonly ok: boolean;
  /** When the cached values expire; `null` if there are none, or they do not expire. */
  readonly expiresAt: Date | null;
  /** Why a run would not use them, in words; `null` if it would. */
  readonly reason: string | null;
}

/** What checking needs. */
export interface CheckOptions extends ListOptions {
  /** Whether a run here could open sealed values: the keyring is not asked. */
  readonly opensSealed: boolean;
  /** Whether wev is locked. */
  readonly isLocked: boolean;
}

/** Why cached values would not be used. */
interface Objection {
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** Returns for each variable of `plan`, in order, whether `request` finds it in the cache. */
export async function checkAll(
  { steps }: Plan,
  request: Request,
  options: CheckOptions,
): Promise<CheckedVariable[]> {
  return await Promise.all(steps.map(async (step): Promise<CheckedVariable> => {
    const { names } = step;
    const [variable] = await cachedVariables([step], options);
    if (variable === undefined) return { names, ok: true, expiresAt: null, reason: null };
    const found = await find(variable, request, options);
    return { names, ok: !("reason" in found), reason: null, ...found };
  }));
}

/** Returns when what is cached for `variable` expires, or the first objection to it. */
async function find(
  variable: CachedVariable,
  request: Request,
  options: CheckOptions,
): Promise<Pick<CheckedVariable, "expiresAt"> | Objection> {
  const { step, key: own, kept } = variable;
  const shared = [...kept].flatMap(([key, purpose]) => purpose === "command" ? [key] : []);
  let objection: Objection | undefined;
  for (const key of [own, ...shared]) {
    const entry = options.store.read(key);
    if (entry === undefined) continue;
    const { expiresAt } = entry.resolution;
    const reason = await reasonAgainst(key, entry, [variable], options, request) ??
      shortness(entry, request, options);
    if (reason !== undefined) objection ??= { reason: REASONS[reason], expiresAt };
    else if (!isUsable(entry, step, options)) objection ??= { reason: UNUSABLE, expiresAt };
    else return { expiresAt };
  }
  const missing = options.isLocked ? "wev is locked" : "not cached";
  return objection ?? { reason: missing, expiresAt: null };
}

const UNUSABLE = "its values can't be used as they are cached";

/**
 * A run uses a session that can't last as long as the command line asks for, since no other would. But
 * the answer to the question if that much is left is no.
 */
function shortness(
  { resolution: { expiresAt } }: KeptEntry,
  { minRemaining }: Request,
  { clock }: CheckOptions,
): Reason | undefined {
  return expiresAt.getTime() - clock.now().getTime() <= minRemaining * 1000 ? "short" : undefined;
}

function isUsable(entry: KeptEntry, step: Step, { opensSealed }: CheckOptions): boolean {
  if (!isOpen(entry)) return opensSealed;
  return valuesProblem(step, entry.resolution.values) === undefined;
}
