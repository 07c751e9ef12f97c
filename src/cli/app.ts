/**
 * wev's command line: from arguments to an exit status.
 *
 * @module
 */

import { CacheStore } from "../cache/store.ts";
import { loadConfiguration } from "../config/load.ts";
import { cacheDirectory, homeDirectory } from "../directories.ts";
import { ExitStatus } from "../errors.ts";
import { createLogger, type Logger, type LogLevel } from "../logger.ts";
import { builtinPlugins } from "../plugins/mod.ts";
import { TerminalPrompt } from "../prompt.ts";
import { plan } from "../resolve/plan.ts";
import { resolveAll } from "../resolve/resolver.ts";
import { runCommand } from "../run/run.ts";
import type { Runtime } from "../runtime.ts";
import { type Arguments, parseArguments } from "./arguments.ts";

/** Does what `args` ask for, and returns the exit status. No failure is thrown. */
export async function app(args: readonly string[], runtime: Runtime): Promise<number> {
  let options: Arguments | undefined;
  try {
    options = parseArguments(args);
    return await act(options, runtime);
  } catch (error) {
    const { reportFailure } = await import("./failure.ts");
    const status = reportFailure(error, loggerOf(runtime, options?.logLevel ?? "info"));
    // 125 to 127 speak of a command: where none was to run, a failure is 1.
    const commandless = options !== undefined && options.action !== "run";
    return commandless && status === ExitStatus.cannotPrepare ? ExitStatus.failure : status;
  }
}

async function act(options: Arguments, runtime: Runtime): Promise<number> {
  switch (options.action) {
    case "help":
      runtime.stdout.write((await import("./help.ts")).helpText());
      return ExitStatus.ok;
    case "version":
      runtime.stdout.write((await import("./version.ts")).versionText());
      return ExitStatus.ok;
    case "explain":
      return await explain(options, runtime);
    case "run":
      return await run(options, runtime);
  }
}

async function run(options: Arguments, runtime: Runtime): Promise<number> {
  const session = await prepare(options, runtime);
  const environment = await resolveAll(session.planned, session);
  return await runCommand(options.command, environment, runtime);
}

async function explain(options: Arguments, runtime: Runtime): Promise<number> {
  const session = await prepare(options, runtime);
  const { explainAll } = await import("../resolve/explain.ts");
  const { explainedAsJson, explainedAsText } = await import("./explain_output.ts");
  const explained = { files: session.files, variables: await explainAll(session.planned, session) };
  runtime.stdout.write(
    options.json ? explainedAsJson(explained) : explainedAsText(explained, runtime.clock.now()),
  );
  return ExitStatus.ok;
}

/** Reads the configuration and brings together what resolving and explaining need. */
async function prepare({ logLevel, refresh }: Arguments, runtime: Runtime) {
  const { environment, system, clock, files, workingDirectory } = runtime;
  const logger = loggerOf(runtime, logLevel);
  const home = homeDirectory(environment, system);
  const configuration = loadConfiguration(files, { workingDirectory, home, system });
  logger.debug(`Configuration: ${configuration.files.join(", ") || "none"}`);
  const directory = cacheDirectory(environment, system);
  return {
    files: configuration.files,
    planned: await plan(configuration.variables, builtinPlugins),
    environment,
    home,
    clock,
    store: new CacheStore({ files, system, directory, logger }),
    prompt: new TerminalPrompt(() => runtime.openTerminal()),
    logger,
    notify: (message: string) => notify(message, logger, runtime),
    refresh,
  };
}

/** Says something on the terminal even where standard error goes elsewhere. */
async function notify(message: string, logger: Logger, runtime: Runtime): Promise<void> {
  const terminal = runtime.stderr.isTerminal() ? undefined : await runtime.openTerminal();
  if (terminal === undefined) return logger.info(message);
  terminal.write(`wev: ${message}\r\n`);
  terminal.close();
}

function loggerOf({ environment, stderr }: Runtime, level: LogLevel): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const forced = Boolean(environment.get("FORCE_COLOR"));
  const color = !environment.get("NO_COLOR") &&
    (forced || (stderr.isTerminal() && environment.get("TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}
