/**
 * What a run with everything cached does not need: understanding the configuration, resolving,
 * explaining, help, failures.
 *
 * @module
 */

import { LockDirectory } from "../cache/lock.ts";
import { loadConfiguration } from "../config/load.ts";
import { ExitStatus } from "../errors.ts";
import { makePlan } from "../plan/make.ts";
import { rememberPlan } from "../plan/memo.ts";
import type { Plan } from "../plan/plan.ts";
import type { Resolution } from "../plugin/contract.ts";
import { builtinPlugins } from "../plugins/mod.ts";
import { TerminalPrompt } from "../prompt.ts";
import { explainAll } from "../resolve/explain.ts";
import { resolveMissing as resolve } from "../resolve/missing.ts";
import { outerEnvironment } from "../resolve/nesting.ts";
import type { Missing } from "../resolve/resolver.ts";
import { withKnownKey } from "../resolve/surroundings.ts";
import { runCommand as run } from "../run/run.ts";
import type { EnvironmentChanges, Runtime } from "../runtime.ts";
import { VERSION } from "../version.ts";
import type { Arguments } from "./arguments.ts";
import { explainedAsJson, explainedAsText } from "./explain_output.ts";
import { helpText } from "./help.ts";
import { OPTIONS } from "./options.ts";
import { createSession, type Session } from "./session.ts";

export { reportFailure } from "./failure.ts";

/** Runs the command as a child, or explains why it can't be run. */
export async function runCommand(
  command: readonly string[],
  environment: EnvironmentChanges,
  runtime: Runtime,
): Promise<number> {
  const optionNames = OPTIONS.map(({ name }) => name);
  return await run(command, environment, runtime, { optionNames });
}

/** Shows what was asked for instead of a run, and returns the exit status. */
export async function show(options: Arguments, runtime: Runtime): Promise<number> {
  runtime.stdout.write(await textOf(options, runtime));
  return ExitStatus.ok;
}

async function textOf(options: Arguments, runtime: Runtime): Promise<string> {
  switch (options.action) {
    case "version":
      return `wev ${VERSION}\n`;
    case "explain":
      return await explain(createSession(options, runtime));
    default:
      return helpText();
  }
}

/** Makes the plan from the configuration files and keeps it. */
export async function planFromFiles({ runtime, place, logger }: Session): Promise<Plan> {
  const { files, clock, environment } = runtime;
  const readAt = clock.now();
  const configuration = loadConfiguration(files, place);
  logger.debug(`Configuration: ${configuration.files.join(", ") || "none"}`);
  const plan = await makePlan(configuration, builtinPlugins);
  try {
    const { directories, texts } = configuration;
    const outer = outerEnvironment(environment);
    const steps = await Promise.all(plan.steps.map((step) => withKnownKey(step, outer)));
    rememberPlan(files, place, { ...plan, steps }, { directories, texts, readAt });
  } catch (error) {
    // It costs the next run a few milliseconds.
    logger.debug(`Cannot keep the plan: ${error instanceof Error ? error.message : error}`);
  }
  return plan;
}

/** Resolves what is not cached, and returns it by key. */
export async function resolveMissing(
  missing: readonly Missing[],
  { runtime, place, store, freshness, logger }: Session,
): Promise<ReadonlyMap<string, Resolution>> {
  const { environment, clock, files, process } = runtime;
  const { system, cacheDirectory, home } = place;
  return await resolve(missing, {
    registry: builtinPlugins,
    environment,
    home,
    clock,
    store,
    locks: new LockDirectory({ files, system, cacheDirectory, process, clock, logger }),
    freshness,
    prompt: new TerminalPrompt(() => runtime.openTerminal()),
    logger,
    notify: (message) => notify(message, runtime),
  });
}

/** Says something on the terminal, even where standard error goes elsewhere. */
async function notify(message: string, { stderr, openTerminal }: Runtime): Promise<void> {
  const terminal = stderr.isTerminal() ? undefined : await openTerminal();
  if (terminal === undefined) return stderr.write(`wev: ${message}\n`);
  terminal.write(`wev: ${message}\r\n`);
  terminal.close();
}

async function explain({ options, runtime, place, store }: Session): Promise<string> {
  const { files, clock, environment } = runtime;
  const configuration = loadConfiguration(files, place);
  const plan = await makePlan(configuration, builtinPlugins);
  const variables = await explainAll(configuration, plan, {
    registry: builtinPlugins,
    environment,
    home: place.home,
    clock,
    store,
  });
  const explained = { files: configuration.files, variables };
  return options.json ? explainedAsJson(explained) : explainedAsText(explained, clock.now());
}
