/**
 * From the configuration files of a working directory to its plan, and which files set nothing.
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

/** What reading a plan needs. */
interface PlanReader {
  /** Has the files, and whose word counts. */
  readonly runtime: Pick<Runtime, "files" | "clock" | "environment" | "system" | "user">;
  /** Where the plan counts. */
  readonly place: Place;
  /** The plugins. */
  readonly registry: PluginRegistry;
  /** Says things on standard error. */
  readonly logger: Logger;
}

/** A plan, and what it was made of. */
interface ReadPlan {
  /** The configuration. */
  readonly configuration: Configuration;
  /** The plan. */
  readonly plan: Plan;
  /** Files that set nothing, though somebody may have meant them to. */
  readonly unread: readonly UnreadFile[];
}

/**
 * Returns the plan of the configuration files.
 *
 * @throws {WevError} where one is wrong.
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
    // What is missing may stand there.
    if (error instanceof WevError) warnOfUnread(unreadFiles(files, place, new Map()), logger);
    throw error;
  }
}

/** Says which files set nothing. */
export function warnOfUnread(unread: readonly UnreadFile[], logger: Logger): void {
  if (unread.length > 0) logger.warning(describeUnread(unread));
}

/**
 * Returns the plan of the configuration files, and keeps it for the runs to come. Says which files set
 * nothing.
 *
 * @throws {WevError} where a file is wrong.
 */
export async function readAndKeepPlan(reader: PlanReader): Promise<Plan> {
  const { runtime, place, logger } = reader;
  const { files, clock, environment, user } = runtime;
  const { configuration, plan: made, unread } = await readPlan(reader);
  // Where that is an error, it names them.
  const isError = made.steps.length === 0 && isConfigurationRequired(environment);
  if (!isError) warnOfUnread(unread, logger);
  const context = { outer: outerEnvironment(environment), home: place.home };
  const steps = await Promise.all(made.steps.map((step) => withKnownKey(step, context)));
  const plan = { ...made, steps };
  try {
    const { directories, texts } = configuration;
    const told = unread.map(({ file }) => file);
    await keepPlan(files, place, plan, { directories, texts, unread: told, clock, user });
  } catch (error) {
    // It costs the next run a few milliseconds.
    logger.debug(`Cannot keep the plan: ${error instanceof Error ? error.message : error}`);
  }
  return plan;
}

/**
 * Checks that `plan` sets something, if `WEV_REQUIRE` says that it must.
 *
 * @throws {NothingConfiguredError} where nothing is configured, with what was looked for.
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
