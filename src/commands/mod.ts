/**
 * The commands of wev, by verb.
 *
 * @module
 */

import { type Arguments, codePositions, parseArguments } from "../cli/arguments.ts";
import { describeFailure } from "../cli/failure.ts";
import { observed } from "../cli/observe.ts";
import type { Verb } from "../cli/options.ts";
import { versionText } from "../cli/version_output.ts";
import { ExitStatus } from "../errors.ts";
import { NothingConfiguredError } from "../plan/require.ts";
import type { Runtime } from "../runtime.ts";
import { loggerOf, Session } from "../session.ts";
import { answer } from "./answer.ts";
import { completions } from "./completions.ts";
import { deny } from "./deny.ts";
import { explain } from "./explain.ts";
import { exportVariables } from "./export.ts";
import { forget } from "./forget.ts";
import { help } from "./help.ts";
import { list } from "./list.ts";
import { run } from "./run.ts";
import { schema } from "./schema.ts";
import { version } from "./version.ts";

/** Executes one verb and returns the exit status of wev. */
type Command = (session: Session) => Promise<ExitStatus>;

const COMMANDS: Readonly<Record<Verb, Command>> = {
  run,
  explain,
  list,
  forget,
  answer,
  deny,
  export: exportVariables,
  completions,
  schema,
  version,
  help,
};

/** Executes the command line `args` and returns the exit status of wev. It reports failures and never throws. */
export async function main(args: readonly string[], runtime: Runtime): Promise<ExitStatus> {
  let options: Arguments | undefined;
  try {
    options = parseArguments(args);
    // Other users can see the command line.
    if (options.token !== undefined) await runtime.hideArguments?.(codePositions(args, options));
    const session = new Session(options, observedIfDebug(options, runtime));
    return await COMMANDS[options.action ?? "run"](session);
  } catch (error) {
    return await reportFailure(error, options, runtime);
  }
}

/** At log level debug, wev logs its use of files, network and programs. */
function observedIfDebug({ logLevel }: Arguments, runtime: Runtime): Runtime {
  if (logLevel !== "debug") return runtime;
  const logger = loggerOf(runtime, logLevel);
  logger.debug(versionText(runtime.platform).trimEnd());
  return observed(runtime, logger);
}

/** Logs the failure and its remedy, and returns the exit status. */
export async function reportFailure(
  error: unknown,
  options: Arguments | undefined,
  runtime: Runtime,
): Promise<ExitStatus> {
  const { message, advice, exitStatus } = await describeFailure(error);
  loggerOf(runtime, options?.logLevel).error(message, advice);
  // 125 to 127 are about a command. If there was no command to run, a failure is 1.
  const commandless = options?.action !== undefined && !(error instanceof NothingConfiguredError);
  return commandless && exitStatus === ExitStatus.cannotPrepare ? ExitStatus.failure : exitStatus;
}
