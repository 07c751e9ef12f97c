/**
 * Resolves one step whose lock is held.
 *
 * @module
 */

import { type CacheEntry, canLast, holds, isFresh, type KeptEntry } from "../cache/entry.ts";
import type { Admit } from "../cache/store.ts";
import { ConfigError, escapeControls, formatLocation, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import type { Step } from "../plan/plan.ts";
import type { Plugin } from "../plugin/handler.ts";
import type { Resolution, ResolveContext } from "../plugin/context.ts";
import type { ChoiceQuestion } from "../plugin/questions.ts";
import type { PluginRegistry } from "../plugin/registry.ts";
import { programPath } from "../programs.ts";
import {
  type Captured,
  ExecutionError,
  type KnownSecrets,
  type Processes,
  type Runtime,
} from "../runtime.ts";
import { basisOf, isOfBasis } from "./inputs.ts";
import { explainContext } from "./explain_context.ts";
import { type LostVariable, outerEnvironment } from "./nesting.ts";
import { asksForTooMuch, isOfRightIdentity, isUsable, remainingOf } from "./cached.ts";
import type { Request } from "./resolved.ts";
import type { Keep, TaskKeep } from "./keep.ts";
import type { State } from "./state.ts";
import { givenCodes, OneTimeCodes } from "../questions/one_time_codes.ts";
import type { TaskPrompt } from "../questions/task_prompt.ts";
import type { UsedCodes } from "../questions/used_codes.ts";
import { withCaller } from "./callers.ts";
import { checkValues, namedValues, valuesProblem } from "./values.ts";
import { type Notify, waitFor } from "./wait.ts";
import { Admission, type AdmissionOptions } from "./admission.ts";

/** The options of resolving that all tasks share. */
export interface TaskOptions extends State, AdmissionOptions {
  /** The plugins. */
  readonly registry: PluginRegistry;
  /** The recently used codes. */
  readonly usedCodes: UsedCodes;
  /** The code from the command line, if there is one. */
  readonly code?: string | undefined;
  /** The request of this run. */
  readonly request: Request;
  /** Returns whether a configuration file is in the home directory. */
  readonly isOfHome: (file: string) => boolean;
  /** This process's ID. */
  readonly process: number;
  /** Called with secret values as soon as they are known. It never throws. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Runs a program and captures its output. */
  readonly capture: Processes["capture"];
  /** Returns a function that sends HTTP requests. */
  readonly createFetch: Runtime["createFetch"];
  /** Logs messages. */
  readonly logger: Logger;
  /** Tells the user what wev waits for. */
  readonly notify: Notify;
  /** Tells the user something once for each topic: see {@linkcode ResolveContext.tell}. */
  readonly tell: ResolveContext["tell"];
}

/** A step to resolve. */
interface Task {
  /** The key of its entry. */
  readonly key: string;
  /** The step. */
  readonly step: Step;
  /** The leases of the run. */
  readonly keep: Keep;
  /** The prompt of the task. */
  readonly prompt: TaskPrompt;
  /** Aborted as soon as the run can't succeed any more. */
  readonly signal: AbortSignal;
}

/** Returns the cached entry of `key`, with its values, if `step` may use it. */
export async function usableEntry(
  key: string,
  step: Step,
  { store, files, clock, request, logger, onValues }: TaskOptions,
): Promise<CacheEntry | undefined> {
  const kept = store.read(key);
  if (kept === undefined || !isUsable(kept, step, clock.now(), request)) return undefined;
  if (!holds(kept, files)) return undefined;
  const entry = await store.open(key, kept);
  // Values that a command can't get are resolved again.
  if (entry === undefined || valuesProblem(step, entry.resolution.values) !== undefined) {
    return undefined;
  }
  onValues?.(namedValues(step, entry.resolution));
  if (asksForTooMuch(request, entry)) {
    warnOfShortLife(entry, remainingOf(step, request), logger);
  }
  return entry;
}

/**
 * Resolves the step of a task with its plugin, and saves the result.
 *
 * @throws {WevError} if it can't be resolved.
 */
export async function resolveOne(task: Task, options: TaskOptions): Promise<Resolution> {
  const { key, step } = task;
  const { registry, environment, clock, store, logger, request } = options;
  const plugin: Plugin = await registry.get(step.plugin)!();
  const outer = outerEnvironment(environment);
  const admission = new Admission(step, options);
  const admit: Admit = (save) => admission.admit(save);
  const keep = task.keep.of({ ...task, admit });
  const context = contextOf({ ...task, admission }, keep, options);
  const readAt = clock.now();
  const basis = await basisOf(step, plugin, context, outer);
  const { inputs } = basis;
  const stamps = store.stamps(basis.files, readAt);
  if (basis.files.length > 0) {
    logger.debug(
      `${step.names.join(", ")}: depends on ${basis.files.map(escapeControls).join(", ")}`,
    );
  }
  const former = !request.refresh ? store.read(key) : undefined;
  if (
    former !== undefined && isOfBasis(former, basis) && isOfRightIdentity(former, step)
  ) {
    // The files changed, but not the inputs: no reason to ask again.
    const entry = await reopen(key, { ...former, stamps }, step, options);
    if (entry !== undefined) {
      logger.debug(`${step.names.join(", ")}: files have changed, but not the inputs`);
      options.onValues?.(namedValues(step, entry.resolution));
      await store.write(key, entry, clock.now(), admit);
      return entry.resolution;
    }
  }
  failForLostSecrets(step, outer.lost, clock.now());
  checkHomeOnlyOptions(step, options);
  logger.debug(`${step.plugin} resolves ${step.names.join(", ")}`);
  const resolution = await keep.during(() => plugin.resolve(step.options, context));
  options.onValues?.(namedValues(step, resolution));
  checkValues(step, resolution.values);
  const { expiresAt } = resolution;
  if (expiresAt !== undefined) {
    const entry: CacheEntry = {
      plugin: step.plugin,
      names: step.names,
      inputs,
      stamps,
      // If these are the values of a kept entry, use its time: they must not look newer than they are.
      resolvedAt: keep.resolvedAtOf(resolution.values) ?? clock.now(),
      ...(keep.madeFrom.length === 0 ? {} : { madeFrom: keep.madeFrom }),
      resolution: { ...resolution, expiresAt },
    };
    await store.write(key, entry, clock.now(), admit);
    warnOfShortLife(entry, remainingOf(step, request), logger);
  } else await admission.admit();
  return resolution;
}

/** Returns why values are resolved, of which `former` is cached. */
function reasonOf(
  former: KeptEntry | undefined,
  { request, times, clock }: Pick<TaskOptions, "request" | "times" | "clock">,
): string {
  if (request.refresh) return "a new session is asked for (--refresh)";
  if (former === undefined) return "there is no session yet";
  const { expiresAt } = former.resolution;
  return expiresAt <= clock.now()
    ? `its session expired ${times.distance(expiresAt)}`
    : `its session expires ${times.distance(expiresAt)}`;
}

function contextOf(
  { key, step, prompt, signal, admission }: Task & { readonly admission: Admission },
  keep: TaskKeep,
  options: TaskOptions,
): ResolveContext {
  const { environment, clock, logger, usedCodes, capture, notify, tell } = options;
  const explaining = explainContext(step, options);
  const waiting: ResolveContext["waitFor"] = (what, work) => waitFor(() => what, work, notify);
  const askProgram: ResolveContext["askProgram"] = async (
    [name = "", ...args],
    { timeout, lookup, environment: more = {} },
  ) => {
    const program = lookup === "anywhere" ? name : programPath(name, options);
    if (program === undefined) return { stdout: "", code: 127 };
    const callers = withCaller(environment, options.process);
    return await capture([program, ...args], {
      timeout,
      onTerminal: true,
      environment: { ...more, ...callers },
    }).catch(asExitCode);
  };
  const given = givenCodes(options.code, step.consumes, outerEnvironment(environment));
  const codes = new OneTimeCodes({
    given,
    reason: reasonOf(options.store.read(key), options),
    variables: step.consumes,
    usedCodes,
    clock,
    prompt,
    signal,
    waitFor: waiting,
    askProgram: (argv, how) => admission.program(() => askProgram(argv, how)),
  });
  const choose = async ({ answeredBy, ...question }: ChoiceQuestion) => {
    await prompt.turn();
    // Another run may have asked meanwhile and stored the answer.
    const known = answeredBy && await explaining.kept(answeredBy);
    const answer = known?.values?.[0];
    return answer !== undefined && question.choices.includes(answer)
      ? answer
      : await prompt.choose(question);
  };
  return {
    ...explaining,
    logger,
    question: (question, meanwhile) =>
      question.kind === "code"
        ? admission.asked(question, (asked) => codes.ask(asked, meanwhile))
        : choose(question),
    checkUnattended: () => admission.check(),
    keep: (parts, purpose) => keep.lease(parts, purpose),
    isProvided: (parts, purpose) => keep.isProvided(parts, purpose),
    signal,
    tell,
    waitFor: waiting,
    location: formatLocation(step.location),
    createFetch: (how) =>
      options.createFetch({
        ...how,
        secrets: withCodes(how.secrets, given.map(({ code }) => code)),
      }),
    askProgram,
  };
}

/** Returns `secrets` with `codes`, so that they are redacted in responses, too. */
function withCodes(secrets: KnownSecrets, codes: readonly string[]): KnownSecrets {
  return {
    get always() {
      return secrets.always;
    },
    get inRefusals() {
      return [...secrets.inRefusals, ...codes];
    },
  };
}

/** Returns the exit code that a shell would report for a program that can't be started. */
function asExitCode(error: unknown): Captured {
  if (!(error instanceof ExecutionError)) throw error;
  return { stdout: "", code: error.code === "ENOENT" ? 127 : 126 };
}

/** Returns `kept` with its values, if it is fresh. */
async function reopen(
  key: string,
  kept: KeptEntry,
  step: Step,
  { store, clock, request }: TaskOptions,
): Promise<CacheEntry | undefined> {
  if (!isFresh(kept, clock.now(), remainingOf(step, request))) return undefined;
  const entry = await store.open(key, kept);
  return entry === undefined || valuesProblem(step, entry.resolution.values) !== undefined
    ? undefined
    : entry;
}

/**
 * Checks the locations of options that are allowed only in the home directory. A kept plan may have been
 * made with another home directory.
 *
 * @throws {ConfigError} if one is in another file.
 */
function checkHomeOnlyOptions({ ofHome = [], plugin }: Step, { isOfHome }: TaskOptions): void {
  const misplaced = ofHome.find(({ file }) => !isOfHome(file));
  if (misplaced === undefined) return;
  throw new ConfigError(
    misplaced,
    `This option of ${plugin} is allowed only in a configuration file of the home directory`,
    { hint: "Move it to .wev.yml in your home directory." },
  );
}

/** Seconds before its expiry in which a session may be too old to be used. */
const LAST_SECONDS = 300;

/** Fails if an outer wev replaced a secret variable. It can't keep the former value without exposing it. */
function failForLostSecrets(
  { readsSecret, names }: Step,
  lost: readonly LostVariable[],
  now: Date,
): void {
  const needed = lost.filter(({ name }) => readsSecret.includes(name));
  if (needed.length === 0) return;
  const seconds = now.getTime() / 1000 + LAST_SECONDS;
  const isOver = needed.some(({ until }) => until !== undefined && until <= seconds);
  throw new WevError(
    `Can't resolve ${names.join(", ")} inside another wev: the outer wev replaced ${
      needed.map(({ name }) => name).join(", ")
    }, ` +
      (isOver
        ? "and its session has expired or is about to"
        : "and has no such session: the options here differ, or you asked for a newer one"),
    {
      kind: "auth",
      // A run without an outer wev has them.
      shared: false,
      hint:
        (isOver
          ? "Run the outer command again."
          : "Use the outer wev's options here, or run this command outside of it.") +
        " Or move the keys from the environment to a profile (aws configure): an inner wev can read it.",
    },
  );
}

function warnOfShortLife(entry: KeptEntry, remaining: number, logger: Logger): void {
  if (remaining === 0 || canLast(entry, remaining)) return;
  const { resolvedAt, resolution: { expiresAt } } = entry;
  const life = Math.round((expiresAt.getTime() - resolvedAt.getTime()) / 1000);
  logger.warning(
    `You asked for at least ${remaining} seconds, but ${entry.names.join(", ")} lasts only ` +
      `${life} seconds; using it until it expires`,
  );
}
