/**
 * Checks that everything that a run in this directory needs is cached. It sends no request, asks no
 * question and does not query the keyring.
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

/** Whether the values of a variable are cached. `--json` prints it as it is. */
export interface CheckedVariable {
  /** The names of the variable. */
  readonly names: readonly string[];
  /** Whether a run would use the cached values. */
  readonly ok: boolean;
  /** When the cached values expire; `null` if there are none, or they do not expire. */
  readonly expiresAt: Date | null;
  /** Why a run would not use them, in words; `null` if it would. */
  readonly reason: string | null;
}

/** The options of checking. */
export interface CheckOptions extends ListOptions {
  /** Whether a run would decrypt encrypted values. */
  readonly opensSealed: boolean;
  /** Whether wev is locked. */
  readonly isLocked: boolean;
}

/** Why a run would not use cached values. */
interface Objection {
  readonly reason: string;
  readonly expiresAt: Date | null;
}

/** Returns for each variable of `plan`, in order, whether the values for `request` are cached. */
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

/** Returns when the cached values of `variable` expire, or why a run would not use them. */
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
 * A run uses a session with less life than `--min-remaining` if no session can have more. A check must
 * not: it was asked whether that much is left.
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
