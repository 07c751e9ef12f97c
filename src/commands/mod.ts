/**
 * What a run with everything cached does not need: options, understanding the configuration,
 * resolving, explaining, help, failures.
 *
 * @module
 */

import { UsedCodes } from "../questions/used_codes.ts";
import { faultOf } from "../cache/private_directory.ts";
import { loadConfiguration } from "../config/load.ts";
import { isOfHome } from "../config/of_home.ts";
import { describeUnread, type UnreadFile, unreadFiles } from "../config/unread_files.ts";
import { cacheDirectory } from "../cache/layout.ts";
import { CONFIG_FILE_NAMES, homeDirectory } from "../paths.ts";
import { escapeControls, ExitStatus, WevError } from "../errors.ts";
import { makePlan } from "../plan/make.ts";
import type { Plan, Step } from "../plan/plan.ts";
import { rememberPlan } from "../plan/keep_plan.ts";
import type { Resolution } from "../plugin/context.ts";
import { LOG_LEVELS, type Logger, type LogLevel } from "../logger.ts";
import { builtinPlugins } from "../plugins/mod.ts";
import { TerminalPrompt } from "../questions/prompt.ts";
import { tellDecisions } from "../engine/decisions.ts";
import { explainAll } from "../engine/explain.ts";
import { withKnownKey } from "../engine/keys.ts";
import { forgetAll, forgetHere, listEntries } from "../engine/list.ts";
import { resolveMissing as resolve } from "../engine/resolve_all.ts";
import { resolveAll } from "../engine/resolve.ts";
import { resumable } from "../questions/resumable.ts";
import { outerEnvironment } from "../engine/nesting.ts";
import type { State } from "../engine/state.ts";
import { afterQuestions } from "../engine/wait.ts";
import { checkCommand, runCommand as run } from "../run/run.ts";
import type { EnvironmentChanges, Runtime } from "../runtime.ts";
import { Times } from "../times.ts";
import { type Arguments, codePositions, parseArguments } from "../cli/arguments.ts";
import { explainedAsJson, explainedAsText } from "../cli/explain_output.ts";
import { completionsFor } from "../cli/completions.ts";
import { describeFailure } from "../cli/failure.ts";
import { GithubJob } from "../export/github.ts";
import { helpText } from "../cli/help.ts";
import { OPTIONS } from "../cli/options.ts";
import {
  entriesAsJson,
  entriesAsText,
  forgottenAsJson,
  forgottenAsText,
} from "../cli/list_output.ts";
import { observed } from "../cli/observe.ts";
import { factsOf, locksOf, loggerOf, ownerOf, type Session, storeOf } from "../session.ts";
import { checkRequired, isConfigurationRequired, NothingConfiguredError } from "../cli/require.ts";
import { schemaText } from "../cli/schema.ts";
import { writeOutput } from "../standard_output.ts";
import { versionText } from "../cli/version_output.ts";

/**
 * Reads the command line, and takes codes off what other users can see of it.
 *
 * @throws {UsageError} where it is wrong.
 */
export async function readArguments(
  args: readonly string[],
  runtime: Pick<Runtime, "hideArguments">,
): Promise<Arguments> {
  const options = parseArguments(args);
  if (options.token !== undefined) await runtime.hideArguments?.(codePositions(args, options));
  return options;
}

/** Shows what was asked for instead of a run, and returns the exit status. */
export async function show(options: Arguments, runtime: Runtime): Promise<number> {
  writeOutput(await textOf(options, runtime), runtime.stdout);
  return ExitStatus.ok;
}

async function textOf(options: Arguments, runtime: Runtime): Promise<string> {
  switch (options.action) {
    case "export":
      return await exportVariables(options, runtime);
    case "completions":
      return completionsFor(options.shell!);
    case "schema":
      return await schemaText(builtinPlugins);
    case "version":
      return versionText(runtime.platform);
    case "explain":
      return await explain(options, runtime);
    case "list":
      return await list(options, runtime);
    case "forget":
      return await forget(options, runtime);
    default:
      return helpText();
  }
}

async function explain(options: Arguments, runtime: Runtime): Promise<string> {
  const session = sessionOf(options, runtime);
  const logger = loggerOf(runtime, options.logLevel);
  const { configuration, plan, unread } = await readPlan(session, logger);
  if (!options.json) warnOfUnread(unread, logger);
  const state = await stateOf(session, logger);
  const variables = await explainAll(configuration, plan, { registry: builtinPlugins, ...state });
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
  return options.json ? explainedAsJson(explained) : explainedAsText(explained, state.times);
}

async function list(options: Arguments, runtime: Runtime): Promise<string> {
  const session = sessionOf(options, runtime);
  const logger = loggerOf(runtime, options.logLevel);
  const plan = await toldPlan(session, logger).catch((error) => {
    // What is cached can be told without knowing what this directory would use.
    if (!(error instanceof WevError)) throw error;
    logger.warning(escapeControls(error.message));
    return undefined;
  });
  const state = await stateOf(session, logger);
  const entries = await listEntries(plan, { registry: builtinPlugins, ...state });
  const { times } = state;
  return options.json
    ? entriesAsJson(entries)
    : entriesAsText(entries, { times, width: runtime.stdout.width() });
}

async function forget(options: Arguments, runtime: Runtime): Promise<string> {
  const session = sessionOf(options, runtime);
  const logger = loggerOf(runtime, options.logLevel);
  const state = await stateOf(session, logger);
  const withPlugins = { registry: builtinPlugins, ...state };
  const forgotten = options.all
    ? await forgetAll(withPlugins)
    : await forgetHere(await toldPlan(session, logger), options.command, withPlugins);
  const { times } = state;
  return options.json
    ? forgottenAsJson(forgotten)
    : forgottenAsText(forgotten, { times, width: runtime.stdout.width() });
}

async function exportVariables(options: Arguments, runtime: Runtime): Promise<string> {
  const { environment, clock, files } = runtime;
  const logger = loggerOf(runtime, options.logLevel);
  const { refresh, minRemaining } = options;
  const resolvedSince = refresh ? runtime.startedAt : undefined;
  const job = new GithubJob({ environment, files, stdout: runtime.stdout, logger });
  const session = {
    ...sessionOf(options, runtime),
    freshness: { resolvedSince, minRemaining },
    onValues: (values: readonly string[]) => job.mask(values),
  };
  const { place, freshness, onValues } = session;
  const plan = await planFromFiles(session);
  if (options.logLevel === "debug") await tellPlan(plan, session);
  checkConfigured(session, plan);
  await job.check(plan);
  const changes = await resolveAll(plan, {
    environment,
    clock,
    files,
    place,
    user: runtime.user,
    freshness,
    onValues,
    resolveMissing: async (missing) => await resolveMissing(missing, session),
  });
  job.export(plan, changes);
  return "";
}

/** Returns the cache's directory if it may be used, and says why if not; changes nothing. */
export function usableCacheDirectory(options: Arguments, runtime: Runtime): string | undefined {
  const { environment, system } = runtime;
  const directory = cacheDirectory(environment, system);
  if (directory === undefined) return undefined;
  const logger = loggerOf(runtime, options.logLevel);
  try {
    const fault = faultOf(directory, runtime);
    if (fault === undefined) return directory;
    logger.warning(`Nothing is cached: ${fault.message}`);
  } catch (error) {
    logger.warning(
      `Nothing is cached: cannot look at ${directory}: ` +
        (error instanceof Error ? error.message : String(error)),
    );
  }
  return undefined;
}

function sessionOf(options: Arguments, runtime: Runtime): Session {
  const { environment, system, workingDirectory } = runtime;
  const place = {
    workingDirectory,
    home: homeDirectory(environment, system),
    system,
    cacheDirectory: usableCacheDirectory(options, runtime),
  };
  return { options, runtime, place, freshness: {} };
}

async function stateOf(session: Session, logger: Logger): Promise<State> {
  const { environment, clock, files } = session.runtime;
  const { home, system } = session.place;
  const [store, remembered] = [storeOf(session, logger), factsOf(session, logger)];
  // JSON has sentences with times in them, too.
  const local = session.options.json ? undefined : await session.runtime.localTime();
  const times = new Times(local, clock);
  return { environment, system, home, clock, times, files, store, remembered };
}

/** Returns the configuration, the plan, and the files that set nothing. */
async function readPlan({ runtime, place }: Session, logger: Logger) {
  const { files } = runtime;
  try {
    const configuration = loadConfiguration(files, place, runtime);
    const isOwn = (file: string) => isOfHome(files, file, place);
    const plan = await makePlan(configuration, builtinPlugins, isOwn);
    return { configuration, plan, unread: unreadFiles(files, place, configuration.texts) };
  } catch (error) {
    // What is missing may stand there.
    if (error instanceof WevError) warnOfUnread(unreadFiles(files, place, new Map()), logger);
    throw error;
  }
}

/** Returns the plan, having said which files set nothing. */
async function toldPlan(session: Session, logger: Logger): Promise<Plan> {
  const { plan, unread } = await readPlan(session, logger);
  warnOfUnread(unread, logger);
  return plan;
}

function warnOfUnread(unread: readonly UnreadFile[], logger: Logger): void {
  if (unread.length > 0) logger.warning(describeUnread(unread));
}

/**
 * Checks that something is configured, if something must be.
 *
 * @throws {WevError} where nothing is.
 */
export function checkConfigured({ runtime, place }: Session, plan: Plan): void {
  const { environment, files } = runtime;
  checkRequired(
    plan,
    environment,
    place,
    () => unreadFiles(files, place, loadConfiguration(files, place, runtime).texts),
  );
}

/** Has all that wev does outside of itself said at the log level debug. */
export function observe(options: Arguments, runtime: Runtime): Runtime {
  const logger = loggerOf(runtime, options.logLevel);
  logger.debug(versionText(runtime.platform).trimEnd());
  return observed(runtime, logger);
}

/** Says what `plan` is made of, and what of it is cached: see {@linkcode tellDecisions}. */
export async function tellPlan(plan: Plan, session: Session): Promise<void> {
  const { options, runtime, freshness } = session;
  const logger = loggerOf(runtime, options.logLevel);
  logger.debug(`Configuration: ${plan.files.map(escapeControls).join(", ") || "none"}`);
  // Whoever resolves it warns, and fails where this run can't do without.
  const quiet = { ...logger, warning: logger.debug };
  try {
    const state = { registry: builtinPlugins, ...await stateOf(session, quiet) };
    await tellDecisions(plan, freshness, state, logger);
  } catch (error) {
    if (!(error instanceof WevError)) throw error;
    logger.debug(error.message);
  }
}

/** Makes the plan from the configuration files and keeps it. */
export async function planFromFiles(session: Session): Promise<Plan> {
  const { options, runtime, place } = session;
  const { files, clock, environment } = runtime;
  const logger = loggerOf(runtime, options.logLevel);
  const { configuration, plan: made, unread } = await readPlan(session, logger);
  // Where that is an error, it names them.
  const isError = made.steps.length === 0 && isConfigurationRequired(environment);
  if (!isError) warnOfUnread(unread, logger);
  const met = { outer: outerEnvironment(environment), home: place.home };
  const steps = await Promise.all(made.steps.map((step) => withKnownKey(step, met)));
  const plan = { ...made, steps };
  try {
    const { directories, texts } = configuration;
    const told = unread.map(({ file }) => file);
    const sources = { directories, texts, unread: told, clock, user: runtime.user };
    await rememberPlan(files, place, plan, sources);
  } catch (error) {
    // It costs the next run a few milliseconds.
    logger.debug(`Cannot keep the plan: ${error instanceof Error ? error.message : error}`);
  }
  return plan;
}

/** Looks for the command, unless the PATH that it will have is yet to be resolved. */
function checkPlannedCommand(command: readonly string[], { steps }: Plan, runtime: Runtime): void {
  if (steps.some(({ names, constant }) => constant === undefined && names.includes("PATH"))) return;
  const set = new Map(
    steps.flatMap(({ names, constant = [] }) =>
      constant.map((value, index) => [names[index]!, value] as const)
    ),
  );
  const optionNames = OPTIONS.map(({ name }) => name);
  checkCommand(command, { set, unset: [] }, runtime, { optionNames });
}

/** Returns the resolutions of `steps`, in order: of what is not cached. */
export async function resolveMissing(
  steps: readonly Step[],
  session: Session,
  plan?: Plan,
): Promise<readonly Resolution[]> {
  const { options, runtime, place, freshness, onValues } = session;
  // A misspelt command must not cost anybody a code.
  if (plan !== undefined) checkPlannedCommand(options.command, plan, runtime);
  const { environment, clock } = runtime;
  const logger = loggerOf(runtime, options.logLevel);
  if (cacheDirectory(environment, place.system) === undefined) {
    logger.warning("Nothing is cached, since there is no home directory: set HOME");
  }
  await runtime.keepSignals?.();
  let since = runtime.startedAt;
  const prompt = new TerminalPrompt(() => runtime.openTerminal());
  const say = (message: string) => notify(escapeControls(message), runtime);
  const { capture, isStopped, sessionOf } = runtime.processes;
  const told = new Set<string>();
  const tell = async (topic: string, message: string) => {
    if (told.has(topic)) return;
    told.add(topic);
    if (allowsInfo(options.logLevel)) await say(message);
  };
  const work = async () => {
    const locks = locksOf(session, logger, since);
    return await resolve(steps, {
      registry: builtinPlugins,
      ...await stateOf(session, logger),
      usedCodes: new UsedCodes({
        ...ownerOf(session),
        directory: place.cacheDirectory,
        locks,
        clock,
        logger,
      }),
      isOfHome: (file) => isOfHome(runtime.files, file, place),
      code: options.token,
      process: runtime.process,
      capture,
      createFetch: runtime.createFetch,
      locks,
      freshness,
      onValues,
      prompt,
      logger,
      notify: afterQuestions(say, { locks, sessionOf }),
      tell,
      hasTerminal: () => hasTerminal(runtime),
      isStopped,
      sessionOf,
    });
  };
  return await resumable(work, prompt, {
    suspend: async (how) => {
      if (how === "background") await say(IN_BACKGROUND);
      const mayAsk = await runtime.suspend?.(how) ?? false;
      since = clock.now();
      return mayAsk;
    },
  });
}

function allowsInfo(level: LogLevel = "info"): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf("info");
}

const IN_BACKGROUND =
  "This job has to ask for something, but is in the background. It stops until it is continued in " +
  "the foreground (fg)";

async function hasTerminal({ openTerminal }: Pick<Runtime, "openTerminal">): Promise<boolean> {
  const terminal = await openTerminal();
  terminal?.close();
  return terminal !== undefined;
}

/** Says something on the terminal, even where standard error goes elsewhere. Never fails. */
async function notify(message: string, { stderr, openTerminal }: Runtime): Promise<void> {
  try {
    const terminal = stderr.isTerminal() ? undefined : await openTerminal();
    if (terminal === undefined) return stderr.write(`wev: ${message}\n`);
    terminal.write(`wev: ${message}\r\n`);
    terminal.close();
  } catch {
    // The terminal has gone.
  }
}

/** Runs the command as a child, or explains why it can't be run. */
export async function runCommand(
  command: readonly string[],
  environment: EnvironmentChanges,
  runtime: Runtime,
): Promise<number> {
  const optionNames = OPTIONS.map(({ name }) => name);
  return await run(command, environment, runtime, { optionNames });
}

/** Says what failed and what to do, and returns the exit status. */
export async function reportFailure(
  error: unknown,
  options: Arguments | undefined,
  runtime: Runtime,
): Promise<number> {
  const { message, advice, exitStatus } = await describeFailure(error);
  loggerOf(runtime, options?.logLevel).error(message, advice);
  // 125 to 127 speak of a command: where none was to run, a failure is 1.
  const commandless = options?.action !== undefined && !(error instanceof NothingConfiguredError);
  return commandless && exitStatus === ExitStatus.cannotPrepare ? ExitStatus.failure : exitStatus;
}
