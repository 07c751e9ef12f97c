/**
 * `wev --export=github`: passes the variables to the later steps of a job.
 *
 * @module
 */

import { environmentOf } from "../engine/environment.ts";
import { readAndKeepPlan } from "../engine/read_plan.ts";
import { ExitStatus } from "../errors.ts";
import { GithubJob } from "../export/github.ts";
import type { Session } from "../session.ts";
import { prepare } from "./prepare.ts";

/**
 * Exports the variables.
 *
 * @throws {WevError} if they can't be resolved or exported.
 */
export async function exportVariables(session: Session): Promise<ExitStatus> {
  const { runtime: { environment, files, stdout }, logger } = session;
  const job = new GithubJob({ environment, files, stdout, logger });
  // Always read the files again: each job should report the files that set nothing.
  const plan = await readAndKeepPlan(session);
  const resolved = await prepare(session, plan, {
    check: () => job.check(plan),
    onValues: (values) => job.mask(values),
  });
  job.export(resolved, environmentOf(resolved, environment));
  return ExitStatus.ok;
}
