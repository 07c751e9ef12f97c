/**
 * `wev --explain`: shows the variables and where they come from. It asks no question and sends no request.
 *
 * @module
 */

import { explainedAsJson, explainedAsText } from "../cli/explain_output.ts";
import { explainAll } from "../engine/explain.ts";
import { readPlan, warnOfUnread } from "../engine/read_plan.ts";
import { ExitStatus } from "../errors.ts";
import { CONFIG_FILE_NAMES } from "../paths.ts";
import { isConfigurationRequired } from "../plan/require.ts";
import type { Session } from "../session.ts";
import { writeOutput } from "../standard_output.ts";

/**
 * Explains the variables of the working directory.
 *
 * @throws {WevError} if the configuration is invalid.
 */
export async function explain(session: Session): Promise<ExitStatus> {
  const { runtime, options: { json } } = session;
  const { configuration, plan, unread } = await readPlan(session);
  if (!json) warnOfUnread(unread, session.logger);
  const state = await session.state();
  const variables = await explainAll(configuration, plan, state);
  const { files, directories, switchedOff } = configuration;
  const explained = {
    files,
    lookedFor: { names: CONFIG_FILE_NAMES, directories },
    unread,
    required: isConfigurationRequired(runtime.environment),
    variables,
    switchedOff: switchedOff.map(({ names, location, overrides }) => ({
      names,
      location,
      overrides,
    })),
  };
  const text = json ? explainedAsJson(explained) : explainedAsText(explained, state.times);
  writeOutput(text, runtime.stdout);
  return ExitStatus.ok;
}
