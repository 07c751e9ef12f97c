/**
 * The commands of wev, by verb.
 *
 * @module
 */

import type { Arguments } from "../cli/arguments.ts";
import type { Verb } from "../cli/options.ts";
import { ExitStatus } from "../errors.ts";
import type { Runtime } from "../runtime.ts";
import { loggerOf, Session } from "../session.ts";

/** Executes one verb and returns the exit status of wev. */
type Command = (session: Session) => Promise<ExitStatus>;

/** Each verb is loaded when it is asked for. */
const COMMANDS: Readonly<Record<Verb, () => Promise<Command>>> = {
  run: async () => {
    const { run }: typeof import("./run.ts") = await import(["./run.ts"].join());
    return run;
  },
  explain: async () => {
    const { explain }: typeof import("./explain.ts") = await import(["./explain.ts"].join());
    return explain;
  },
  list: async () => {
    const { list }: typeof import("./list.ts") = await import(["./list.ts"].join());
    return list;
  },
  forget: async () => {
    const { forget }: typeof import("./forget.ts") = await import(["./forget.ts"].join());
    return forget;
  },
  answer: async () => {
    const { answer }: typeof import("./answer.ts") = await import(["./answer.ts"].join());
    return answer;
  },
  deny: async () => {
    const { deny }: typeof import("./deny.ts") = await import(["./deny.ts"].join());
    return deny;
  },
  export: async () => {
    const { exportVariables }: typeof import("./export.ts") = await import(["./export.ts"].join());
    return exportVariables;
  },
  login: async () => {
    const { login }: typeof import("./login.ts") = await import(["./login.ts"].join());
    return login;
  },
  check: async () => {
    const { check }: typeof import("./check.ts") = await import(["./check.ts"].join());
    return check;
  },
  lock: async () => {
    const { lock }: typeof import("./lock.ts") = await import(["./lock.ts"].join());
    return lock;
  },
  completions: async () => {
    const { completions }: typeof import("./completions.ts") = await import(
      ["./completions.ts"].join()
    );
    return completions;
  },
  schema: async () => {
    const { schema }: typeof import("./schema.ts") = await import(["./schema.ts"].join());
    return schema;
  },
  version: async () => {
    const { version }: typeof import("./version.ts") = await import(["./version.ts"].join());
    return version;
  },
  help: async () => {
    const { help }: typeof import("./help.ts") = await import(["./help.ts"].join());
    return help;
  },
};

/** Executes the command line `args` and returns the exit status of wev. It reports failures and never throws. */
export async function main(args: readonly string[], runtime: Runtime): Promise<ExitStatus> {
  let options: Arguments | undefined;
  try {
    options = args[0]?.startsWith("-") === false
      ? { command: args }
      : await readArguments(args, runtime);
    const session = new Session(options, await observedIfWanted(options, runtime));
    const command = await COMMANDS[options.action ?? "run"]();
    return await command(session);
  } catch (error) {
    return await reportFailure(error, { args, options }, runtime);
  }
}

/** Reads the command line, and takes codes off what other users can see of it. */
async function readArguments(
  args: readonly string[],
  runtime: Pick<Runtime, "hideArguments">,
): Promise<Arguments> {
  const { codePositions, parseArguments }: typeof import("../cli/arguments.ts") = await import(
    ["../cli/arguments.ts"].join()
  );
  const options = parseArguments(args);
  if (options.token !== undefined) await runtime.hideArguments?.(codePositions(args, options));
  return options;
}

/** At the log level debug, all is told that wev does outside of itself. */
async function observedIfWanted(options: Arguments, runtime: Runtime): Promise<Runtime> {
  if (options.logLevel !== "debug") return runtime;
  const { observed }: typeof import("../cli/observe.ts") = await import(
    ["../cli/observe.ts"].join()
  );
  return observed(runtime, loggerOf(runtime, options.logLevel));
}

/** A call of wev. */
interface Call {
  /** The arguments. */
  readonly args: readonly string[];
  /** The parsed arguments, if they can be parsed. */
  readonly options?: Arguments | undefined;
}

/** Logs the failure and its remedy, also as JSON for programs, and returns the exit status. */
export async function reportFailure(
  error: unknown,
  { args, options }: Call,
  runtime: Runtime,
): Promise<ExitStatus> {
  const { describeFailure, isNothingConfigured }: typeof import("../cli/failure.ts") = await import(
    ["../cli/failure.ts"].join()
  );
  const failure = await describeFailure(error);
  const { message, advice, exitStatus } = failure;
  loggerOf(runtime, options?.logLevel).error(message, advice);
  const { failureLine, isWanted }: typeof import("../cli/failure_line.ts") = await import(
    ["../cli/failure_line.ts"].join()
  );
  if (isWanted(args, runtime)) runtime.stderr.write(failureLine(failure));
  // 125 to 127 speak of a command: where none was to run, a failure is 1.
  const commandless = options?.action !== undefined &&
    (options.action === "check" || !isNothingConfigured(error));
  return commandless && exitStatus === ExitStatus.cannotPrepare ? ExitStatus.failure : exitStatus;
}
