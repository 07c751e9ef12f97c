/**
 * Reads the configuration files of a working directory, makes its plan, and finds ignored files.
 *
 * @module
 */

import { type Configuration, loadConfiguration } from "../config/load.ts";
import { isHomeFile } from "../config/home_file.ts";
import { describeUnread, type UnreadFile, unreadFiles } from "../config/unread_files.ts";
import { WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { keepPlan } from "../plan/keep_plan.ts";
import type { Place } from "../plan/kept_plan.ts";
import { makePlan } from "../plan/make.ts";
import type { Plan } from "../plan/plan.ts";
import { checkRequired, isConfigurationRequired } from "../plan/require.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import type { Runtime } from "../runtime.ts";
import { withKnownKey } from "./keys.ts";
import { outerEnvironment } from "./nesting.ts";

/** The options of reading a plan. */
interface PlanReader {
  /** The system: its files, environment and user. */
  readonly runtime: Pick<Runtime, "files" | "clock" | "environment" | "system" | "user">;
  /** The place that the plan is for. */
  readonly place: Place;
  /** The plugins. */
  readonly registry: PluginRegistry;
  /** Logs warnings. */
  readonly logger: Logger;
}

/** A plan, and its configuration. */
interface ReadPlan {
  /** The configuration. */
  readonly configuration: Configuration;
  /** The plan. */
  readonly plan: Plan;
  /** Files that wev ignores, although their names suggest that they are meant for it. */
  readonly unread: readonly UnreadFile[];
}

/**
 * Returns the plan of the configuration files.
 *
 * @throws {WevError} if one is invalid.
 */
export async function readPlan(
  { runtime, place, registry, logger }: PlanReader,
): Promise<ReadPlan> {
  const { files } = runtime;
  try {
    const configuration = loadConfiguration(files, place, runtime);
    const isOwn = (file: string) => isHomeFile(files, file, place);
    const plan = await makePlan(configuration, registry, isOwn);
    return { configuration, plan, unread: unreadFiles(files, place, configuration.texts) };
  } catch (error) {
    // The error may be caused by an ignored file.
    if (error instanceof WevError) warnOfUnread(unreadFiles(files, place, new Map()), logger);
    throw error;
  }
}

/** Warns of ignored files. */
export function warnOfUnread(unread: readonly UnreadFile[], logger: Logger): void {
  if (unread.length > 0) logger.warning(describeUnread(unread));
}

/**
 * Returns the plan of the configuration files, and keeps it for later runs. Warns of ignored files.
 *
 * @throws {WevError} if a file is invalid.
 */
export async function readAndKeepPlan(reader: PlanReader): Promise<Plan> {
  const { runtime, place, logger } = reader;
  const { files, clock, environment, user } = runtime;
  const { configuration, plan: made, unread } = await readPlan(reader);
  // If it is an error that nothing is configured, the error names the ignored files.
  const isError = made.steps.length === 0 && isConfigurationRequired(environment);
  if (!isError) warnOfUnread(unread, logger);
  const context = { outer: outerEnvironment(environment), home: place.home };
  const steps = await Promise.all(made.steps.map((step) => withKnownKey(step, context)));
  const plan = { ...made, steps };
  try {
    const { directories, texts } = configuration;
    const unreadPaths = unread.map(({ file }) => file);
    await keepPlan(files, place, plan, { directories, texts, unread: unreadPaths, clock, user });
  } catch (error) {
    // The next run only takes a few milliseconds longer.
    logger.debug(`Cannot keep the plan: ${error instanceof Error ? error.message : error}`);
  }
  return plan;
}

/**
 * Checks that `plan` sets a variable, if `WEV_REQUIRE` requires it.
 *
 * @throws {NothingConfiguredError} if nothing is configured; it lists the files and directories.
 */
export function checkRequirement(plan: Plan, { runtime, place }: PlanReader): void {
  const { environment, files } = runtime;
  checkRequired(
    plan,
    environment,
    place,
    () => unreadFiles(files, place, loadConfiguration(files, place, runtime).texts),
  );
}
