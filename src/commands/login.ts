/**
 * `wev --login`: resolves the variables of this directory, runs nothing, and prints whose they are.
 *
 * @module
 */

import { loginAsJson, loginAsText } from "../cli/login_output.ts";
import { readAndKeepPlan } from "../engine/read_plan.ts";
import { ExitStatus } from "../errors.ts";
import { keptPlan } from "../plan/kept_plan.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";
import { prepare } from "./prepare.ts";

/**
 * Resolves the variables, and prints their identities and when they expire.
 *
 * @throws {WevError} if one can't be resolved.
 */
export async function login(session: Session): Promise<ExitStatus> {
  const { runtime, place, options: { json } } = session;
  const plan = keptPlan(runtime.files, place, runtime) ?? await readAndKeepPlan(session);
  const resolved = await prepare(session, plan);
  const text = json ? loginAsJson(resolved) : loginAsText(resolved, await session.times());
  writeOutput(text, runtime.stdout);
  return ExitStatus.ok;
}
