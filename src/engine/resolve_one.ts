/**
 * Resolves one value, while its lock is held.
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

/** What resolving one value needs, beside what is its own. */
export interface TaskOptions extends State, AdmissionOptions {
  /** The plugins. */
  readonly registry: PluginRegistry;
  /** The codes that were used a moment ago. */
  readonly usedCodes: UsedCodes;
  /** The code that the command line gives, if it gives one. */
  readonly code?: string | undefined;
  /** How fresh cached values must be. */
  readonly request: Request;
  /** Tells whether a configuration file is one of the home directory. */
  readonly isOfHome: (file: string) => boolean;
  /** This process's ID. */
  readonly process: number;
  /** Is told secret values the moment they are known; what it does never fails. */
  readonly onValues?: ((values: readonly string[]) => void) | undefined;
  /** Runs a program whose output is wanted. */
  readonly capture: Processes["capture"];
  /** Returns what sends HTTP requests. */
  readonly createFetch: Runtime["createFetch"];
  /** Says things on standard error. */
  readonly logger: Logger;
  /** Says to the person at the terminal, if there is one, what wev waits for. */
  readonly notify: Notify;
  /** Says something to the person once for each topic: see {@linkcode ResolveContext.tell}. */
  readonly tell: ResolveContext["tell"];
}

/** A value that is to be resolved. */
interface Task {
  /** The key of its entry. */
  readonly key: string;
  /** What is to be done. */
  readonly step: Step;
  /** What the run shares with others. */
  readonly keep: Keep;
  /** How it asks. */
  readonly prompt: TaskPrompt;
  /** Is aborted when the run can't succeed any more. */
  readonly signal: AbortSignal;
}

/** Returns what is cached as `key` for `step`, with its values, if it may be used. */
export async function usableEntry(
  key: string,
  step: Step,
  { store, files, clock, request, logger, onValues }: TaskOptions,
): Promise<CacheEntry | undefined> {
  const kept = store.read(key);
  if (kept === undefined || !isUsable(kept, step, clock.now(), request)) return undefined;
  if (!holds(kept, files)) return undefined;
  const entry = await store.open(key, kept);
  // What no command could be given is resolved again.
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
 * Returns what the plugin of a task resolves, and saves it.
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
    // Only the files changed, not what was read in them: no reason to ask again.
    const entry = await reopen(key, { ...former, stamps }, step, options);
    if (entry !== undefined) {
      logger.debug(`${step.names.join(", ")}: files have changed, but say the same`);
      options.onValues?.(namedValues(step, entry.resolution));
      await store.write(key, entry, clock.now(), admit);
      return entry.resolution;
    }
  }
  failForLostSecrets(step, outer.lost, clock.now());
  checkOfHome(step, options);
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
      // What is kept is as old as it is, and must not look younger for being handed out.
      resolvedAt: keep.resolvedAtOf(resolution.values) ?? clock.now(),
      ...(keep.madeFrom.length === 0 ? {} : { madeFrom: keep.madeFrom }),
      resolution: { ...resolution, expiresAt },
    };
    await store.write(key, entry, clock.now(), admit);
    warnOfShortLife(entry, remainingOf(step, request), logger);
  } else await admission.admit();
  return resolution;
}

function contextOf(
  { step, prompt, signal, admission }: Task & { readonly admission: Admission },
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
    variables: step.consumes,
    usedCodes,
    clock,
    prompt,
    signal,
    waitFor: waiting,
    askProgram: (argv, how) => admission.byProgram(() => askProgram(argv, how)),
  });
  const choose = async ({ answeredBy, ...question }: ChoiceQuestion) => {
    await prompt.turn();
    // Another run that asked meanwhile may have got the answer.
    const known = answeredBy && await explaining.kept(answeredBy);
    const answer = known?.values?.[0];
    return answer !== undefined && question.choices.includes(answer)
      ? answer
      : await prompt.choose(question);
  };
  return {
    ...explaining,
    logger,
    question: (question) =>
      question.kind === "code"
        ? admission.asked(question, (asked) => codes.ask(asked))
        : choose(question),
    checkUnattended: () => admission.check(),
    keep: (parts, purpose) => keep.lease(parts, purpose),
    signal,
    tell,
    waitFor: waiting,
    location: formatLocation(step.location),
    createFetch: (how) =>
      options.createFetch({ ...how, secrets: hiding(how.secrets, given.map(({ code }) => code)) }),
    askProgram,
  };
}

/** Returns `secrets` with `codes`, which no answer may bring back either. */
function hiding(secrets: KnownSecrets, codes: readonly string[]): KnownSecrets {
  return {
    get always() {
      return secrets.always;
    },
    get inRefusals() {
      return [...secrets.inRefusals, ...codes];
    },
  };
}

/** Where no shell tells it, as a shell would. */
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
 * The plan may have been kept when the home directory was another one.
 *
 * @throws {ConfigError} where an option stands elsewhere that only a file of home may have.
 */
function checkOfHome({ ofHome = [], plugin }: Step, { isOfHome }: TaskOptions): void {
  const stranger = ofHome.find(({ file }) => !isOfHome(file));
  if (stranger === undefined) return;
  throw new ConfigError(
    stranger,
    `This option of ${plugin} may stand only in a configuration file of the home directory`,
    { hint: "Move it to .wev.yml in your home directory." },
  );
}

/** Seconds before its expiry from which a session may be too old to be handed out. */
const LAST_SECONDS = 300;

/** What an outer wev replaced can't be had back: it would have had to keep a secret in the open. */
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
        : "and has no such session: the options here differ, or a newer one is asked for"),
    {
      // A run that no wev is around has them.
      shared: false,
      hint:
        (isOver
          ? "Run the outer command again."
          : "Use the outer wev's options here, or run this command outside of it.") +
        " Keys in a profile (aws configure) instead of the environment can be found from within.",
    },
  );
}

function warnOfShortLife(entry: KeptEntry, remaining: number, logger: Logger): void {
  if (remaining === 0 || canLast(entry, remaining)) return;
  const { resolvedAt, resolution: { expiresAt } } = entry;
  const life = Math.round((expiresAt.getTime() - resolvedAt.getTime()) / 1000);
  logger.warning(
    `At least ${remaining} seconds were asked for, but ${entry.names.join(", ")} lasts ${life} ` +
      "seconds in all: it is used as long as it lasts",
  );
}
