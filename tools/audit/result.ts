/**
 * What `deno audit` found, or that it could not look.
 *
 * @module
 */

/** What came of an audit. */
export interface AuditResult {
  /** Whether the gate may go on. */
  readonly passed: boolean;
  /** What to say. */
  readonly text: string;
}

/** Returns what `deno audit` came to, given whether it succeeded and what it printed. */
export function auditResult(success: boolean, printed: string): AuditResult {
  if (success) return { passed: true, text: printed };
  // A registry that can't be reached, or one that has no audit.
  const [line] = /error sending request.*|HTTP status client error.*|HTTP status server error.*/
    .exec(printed) ?? [];
  if (line === undefined) return { passed: false, text: printed };
  return { passed: true, text: "The packages were not audited: the registry can't be asked.\n" };
}
