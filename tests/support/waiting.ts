/**
 * Runs that wait for `wev --answer`.
 *
 * @module
 */

import type { MfaSandbox } from "./mfa_sandbox.ts";
import type { RunResult } from "./program.ts";

/** What `wev --answer --json` tells of a run. */
export interface ListedRun {
  readonly process: number;
  readonly command: readonly string[];
  readonly directory: string;
  readonly since: string;
  readonly startedBy: { readonly process: number; readonly name: string } | null;
  readonly question:
    | { readonly kind: string; readonly device?: string; readonly role?: string }
    | null;
  readonly behind: { readonly process: number; readonly isForSame: boolean } | null;
}

/** Returns what waits, as `wev --answer --json` tells it. */
export async function listWaiting(mfa: MfaSandbox): Promise<readonly ListedRun[]> {
  const { stdout, stderr } = await mfa.run(["--answer", "--json"]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout).waiting;
}

/** Waits until as many runs as `count` wait, of which one asks, and returns them. */
export async function waitUntilListed(
  mfa: MfaSandbox,
  count: number,
): Promise<readonly ListedRun[]> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const waiting = await listWaiting(mfa);
    const hasAll = waiting.length === count && waiting.some(({ question }) => question !== null) &&
      waiting.every(({ question, behind }) => question !== null || behind !== null);
    if (hasAll) return waiting;
    if (performance.now() > deadline) throw new Error(`Not ${count}: ${JSON.stringify(waiting)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Answers all that waits with the code that the user's phone shows, without a terminal. */
export async function answerWaiting(mfa: MfaSandbox): Promise<RunResult> {
  return await mfa.run(["--answer", "--token", mfa.user.device.code()]);
}
