/**
 * The composition root: what one invocation of wev needs, each made once, and when it is first wanted.
 *
 * @module
 */

import { cacheDirectory, factsDirectory, sealingKeyPath } from "./cache/layout.ts";
import { LockDirectory } from "./cache/lock.ts";
import { faultOf, type Owner } from "./cache/private_directory.ts";
import { KeyringSealer, noSealer } from "./cache/seal.ts";
import { CacheStore, type ValueSealer } from "./cache/store.ts";
import type { Arguments } from "./cli/arguments.ts";
import { isHomeFile } from "./config/home_file.ts";
import type { Request } from "./engine/resolved.ts";
import type { Engine } from "./engine/resolve.ts";
import { resolveAll } from "./engine/resolve_all.ts";
import type { State } from "./engine/state.ts";
import { afterQuestions } from "./engine/wait.ts";
import { escapeControls, WevError } from "./errors.ts";
import { platformKeyring, wantsKeyring } from "./keyring/choose.ts";
import { allows, createLogger, type Logger, type LogLevel } from "./logger.ts";
import { homeDirectory } from "./paths.ts";
import type { Place } from "./plan/kept_plan.ts";
import type { Plan } from "./plan/plan.ts";
import type { PluginRegistry } from "./plugin/registry.ts";
import { builtinPlugins } from "./plugins/mod.ts";
import { Answerable, waitSeconds } from "./questions/answerable.ts";
import { AnswerablePrompt } from "./questions/answerable_prompt.ts";
import { FirstAnswer } from "./questions/first_answer.ts";
import { sayAtTerminal } from "./questions/notify.ts";
import { type Prompt, TerminalPrompt } from "./questions/prompt.ts";
import { resumable } from "./questions/resumable.ts";
import { UsedCodes } from "./questions/used_codes.ts";
import { WaitingRuns } from "./questions/waiting_runs.ts";
import type { Environment, Runtime } from "./runtime.ts";
import { Times } from "./times.ts";

/** What a run does on its way to the values. */
export interface ResolvingHooks {
  /** Is called before anything is resolved that is not cached, and throws to keep it from that. */
  readonly beforeResolving?: () => void;
  /** Is told secret values the moment they are known. */
  readonly onValues?: (values: readonly string[]) => void;
}

/** One invocation of wev. */
export class Session {
  /** What the command line asks for. */
  readonly options: Arguments;
  /** What wev needs from outside. */
  readonly runtime: Runtime;
  /** What is asked for, of values. */
  readonly request: Request;
  /** The plugins. */
  readonly registry: PluginRegistry = builtinPlugins;
  #logger: Logger | undefined;
  #place: Place | undefined;
  #locks: LockDirectory | undefined;
  #store: CacheStore | undefined;
  #remembered: CacheStore | undefined;

  /** Makes nothing yet. */
  constructor(options: Arguments, runtime: Runtime) {
    this.options = options;
    this.runtime = runtime;
    const { minRemaining = 0, refresh = false } = options;
    this.request = { at: runtime.startedAt, minRemaining, refresh, mayAsk: true };
  }

  /** Speaks on standard error. */
  get logger(): Logger {
    return this.#logger ??= loggerOf(this.runtime, this.options.logLevel);
  }

  /** Where the plan counts, and where the cache is, if it may be used: if not, a warning says why. */
  get place(): Place {
    return this.#place ??= this.#findPlace();
  }

  #findPlace(): Place {
    const { environment, system, workingDirectory } = this.runtime;
    const home = homeDirectory(environment, system);
    return { workingDirectory, home, system, cacheDirectory: this.#usableCacheDirectory() };
  }

  #usableCacheDirectory(): string | undefined {
    const { environment, system } = this.runtime;
    const directory = cacheDirectory(environment, system);
    if (directory === undefined) return undefined;
    try {
      const fault = faultOf(directory, this.runtime);
      if (fault === undefined) return directory;
      this.logger.warning(`Nothing is cached: ${fault.message}`);
    } catch (error) {
      this.logger.warning(
        `Nothing is cached: cannot look at ${directory}: ` +
          (error instanceof Error ? error.message : String(error)),
      );
    }
    return undefined;
  }

  get #owner(): Owner {
    const { runtime: { files, user }, place: { system, home } } = this;
    return { files, user, system, home };
  }

  /** The locks between this run and others. */
  get locks(): LockDirectory {
    const { runtime: { process, startedAt, clock }, place: { cacheDirectory }, logger } = this;
    return this.#locks ??= new LockDirectory({
      ...this.#owner,
      cacheDirectory,
      process,
      startedAt,
      clock,
      logger,
    });
  }

  /**
   * The cache.
   *
   * @throws {WevError} where `WEV_KEYRING` is wrong.
   */
  get store(): CacheStore {
    return this.#store ??= new CacheStore({
      ...this.#owner,
      directory: this.place.cacheDirectory,
      readOnly: this.#showsOnly,
      logger: this.logger,
      sealer: this.#sealer(),
    });
  }

  #sealer(): ValueSealer {
    const { runtime, place: { cacheDirectory }, locks, logger } = this;
    if (!wantsKeyring(runtime)) return noSealer(logger);
    const keyFile = cacheDirectory === undefined ? undefined : sealingKeyPath(cacheDirectory);
    return new KeyringSealer({ keyring: platformKeyring(runtime, keyFile), locks, logger });
  }

  /** What is remembered until somebody has it forgotten, kept apart from what expires. */
  get remembered(): CacheStore {
    const { cacheDirectory, system } = this.place;
    // Without it a device is looked up again: nothing that the user could mind.
    const quiet = { ...this.logger, warning: this.logger.debug };
    return this.#remembered ??= new CacheStore({
      ...this.#owner,
      directory: cacheDirectory === undefined ? undefined : factsDirectory(cacheDirectory, system),
      readOnly: this.#showsOnly,
      logger: quiet,
      // A device's number is no secret.
      sealer: noSealer(quiet),
    });
  }

  /** What runs or hands on variables keeps them; anything else changes nothing that it looks at. */
  get #showsOnly(): boolean {
    const { action } = this.options;
    return action !== undefined && action !== "export";
  }

  /** Tells instants to people, or to programs where JSON is asked for. */
  async times(): Promise<Times> {
    const { options, runtime } = this;
    // JSON has sentences with times in them, too.
    return new Times(options.json ? undefined : await runtime.localTime(), runtime.clock);
  }

  /** Returns what values are resolved, explained and listed with. */
  async state(): Promise<State & { readonly registry: PluginRegistry }> {
    const { runtime: { environment, clock, files }, place: { home, system } } = this;
    const { store, remembered, registry } = this;
    const times = await this.times();
    return { environment, system, home, clock, times, files, store, remembered, registry };
  }

  /** Returns what resolves a plan here. */
  engine(hooks: ResolvingHooks = {}): Engine {
    const { runtime: { environment, clock, files, user }, place } = this;
    return {
      environment,
      clock,
      files,
      place,
      user,
      onValues: hooks.onValues,
      resolveUncached: async (steps, request) => {
        hooks.beforeResolving?.();
        return await this.#resolveUncached(steps, request, hooks);
      },
    };
  }

  async #resolveUncached(
    steps: Plan["steps"],
    request: Request,
    { onValues }: ResolvingHooks,
  ): ReturnType<Engine["resolveUncached"]> {
    const { options, runtime, place, logger, locks } = this;
    const { environment, clock, files, processes: { capture, isStopped, sessionOf } } = runtime;
    if (cacheDirectory(environment, place.system) === undefined) {
      logger.warning("Nothing is cached, since there is no home directory: set HOME");
    }
    await runtime.keepSignals?.();
    const { terminal, here } = this.#personHere(request.mayAsk);
    const answerable = this.#answerable();
    const say = (message: string) => this.#say(message);
    const notify = afterQuestions(say, { locks, sessionOf });
    const prompt = new AnswerablePrompt({
      here,
      run: answerable,
      notify,
      warn: (message) => logger.warning(message),
    });
    const told = new Set<string>();
    const tell = async (topic: string, message: string) => {
      if (told.has(topic)) return;
      told.add(topic);
      if (allows(options.logLevel, "info")) await say(message);
    };
    const usedCodes = new UsedCodes({
      ...this.#owner,
      directory: place.cacheDirectory,
      locks,
      clock,
      logger,
    });
    const work = async () =>
      await resolveAll(steps, {
        ...await this.state(),
        usedCodes,
        isOfHome: (file) => isHomeFile(files, file, place),
        code: options.token,
        process: runtime.process,
        capture,
        createFetch: runtime.createFetch,
        locks,
        request,
        onValues,
        prompt,
        logger,
        notify,
        tell,
        hasTerminal: () => here.isAvailable(),
        answerable,
        askToYield: () => this.#askToYield(),
        isStopped,
        sessionOf,
      });
    try {
      const resolved = await this.#resumable(work, terminal);
      await answerable.close();
      return resolved;
    } catch (error) {
      await answerable.close(error instanceof WevError ? error.message : "It failed");
      throw error;
    }
  }

  /** Does `work`, which asks the person here, and again after this process was stopped. */
  async asking<Result>(work: (here: Prompt) => Promise<Result>): Promise<Result> {
    await this.runtime.keepSignals?.();
    const { terminal, here } = this.#personHere(true);
    return await this.#resumable(() => work(here), terminal);
  }

  #personHere(
    mayAsk: boolean,
  ): { readonly terminal: TerminalPrompt; readonly here: FirstAnswer } {
    const { runtime, logger } = this;
    const terminal = new TerminalPrompt(async () =>
      mayAsk ? await runtime.openTerminal() : undefined
    );
    const here = new FirstAnswer([terminal], {
      onFailure: ({ message }) => logger.warning(message),
    });
    return { terminal, here };
  }

  async #resumable<Result>(
    work: () => Promise<Result>,
    terminal: TerminalPrompt,
  ): Promise<Result> {
    const { runtime, locks } = this;
    return await resumable(work, terminal, {
      suspend: async (how) => {
        if (how === "background") await this.#say(IN_BACKGROUND);
        const mayAsk = await runtime.suspend?.(how) ?? false;
        locks.continueAt(runtime.clock.now());
        return mayAsk;
      },
    });
  }

  #say(message: string): Promise<void> {
    return sayAtTerminal(escapeControls(message), this.runtime);
  }

  /** Returns the runs that wait for an answer. */
  waitingRuns(): WaitingRuns {
    const { runtime: { sockets }, place: { cacheDirectory } } = this;
    return new WaitingRuns({ ...this.#owner, cacheDirectory, sockets });
  }

  #answerable(): Answerable {
    const { options, runtime, place: { cacheDirectory }, logger } = this;
    const { environment, process, workingDirectory, sockets, clock, processes } = runtime;
    return new Answerable({
      ...this.#owner,
      cacheDirectory,
      sockets,
      clock,
      logger,
      seconds: waitSeconds(options.wait, environment),
      describe: async () => ({
        process,
        command: options.action === undefined ? options.command : ["wev", `--${options.action}`],
        directory: workingDirectory,
        since: clock.now().getTime(),
        startedBy: await processes.parent?.(),
      }),
    });
  }

  async #askToYield(): Promise<void> {
    await using runs = this.waitingRuns();
    for (const run of await runs.find()) {
      const { stage } = run;
      if (stage.kind === "asking" && !stage.question.isAskedThere) run.yieldQuestion();
    }
  }
}

const IN_BACKGROUND =
  "This job has to ask for something, but is in the background. It stops until it is continued in " +
  "the foreground (fg)";

/** Returns what speaks on standard error, in colour where that is welcome. */
export function loggerOf({ environment, stderr }: Runtime, level: LogLevel = "info"): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = !valueOf(environment, "NO_COLOR") &&
    (Boolean(valueOf(environment, "FORCE_COLOR")) ||
      (stderr.isTerminal() && valueOf(environment, "TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}

/** Returns a variable of which it counts only whether it is set: a failure must not keep one from being told. */
function valueOf(environment: Environment, name: string): string | undefined {
  try {
    return environment.get(name);
  } catch {
    return "not UTF-8";
  }
}
