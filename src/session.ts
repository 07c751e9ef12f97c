/**
 * The composition root: the parts that one invocation of wev needs. Each is created once, on first use.
 *
 * @module
 */

import { cacheDirectory, rememberedDirectory, sealingKeyPath } from "./cache/layout.ts";
import { LockDirectory } from "./cache/lock.ts";
import { Lockout } from "./cache/lockout.ts";
import { faultOf, type Owner } from "./cache/private_directory.ts";
import { CacheStore, noSealer, type ValueSealer } from "./cache/store.ts";
import type { Arguments } from "./cli/arguments.ts";
import { isHomeFile } from "./config/home_file.ts";
import { withCaller } from "./engine/callers.ts";
import type { Request } from "./engine/resolved.ts";
import type { Engine } from "./engine/resolve.ts";
import { resolveAll } from "./engine/resolve_all.ts";
import type { State } from "./engine/state.ts";
import { afterQuestions, waitFor } from "./engine/wait.ts";
import { escapeControls, WevError } from "./errors.ts";
import { wantsKeyring } from "./keyring/wanted.ts";
import { allows, createLogger, type Logger, type LogLevel } from "./logger.ts";
import { homeDirectory } from "./paths.ts";
import type { Place } from "./plan/kept_plan.ts";
import type { Plan } from "./plan/plan.ts";
import type { PluginRegistry } from "./plugin/registry.ts";
import { builtinPlugins } from "./plugins/mod.ts";
import { Answerable, waitSeconds } from "./questions/answerable.ts";
import { AnswerablePrompt } from "./questions/answerable_prompt.ts";
import { type Answerer, FirstAnswer } from "./questions/first_answer.ts";
import { sayAtTerminal } from "./questions/notify.ts";
import { type Prompt, TerminalPrompt } from "./questions/prompt.ts";
import { resumable } from "./questions/resumable.ts";
import { UsedCodes } from "./questions/used_codes.ts";
import { WaitingRuns } from "./questions/waiting_runs.ts";
import type { Environment, Runtime } from "./runtime.ts";
import { Times } from "./times.ts";

/** The hooks of resolving. */
export interface ResolvingHooks {
  /** Called before anything uncached is resolved. If it throws, nothing is resolved. */
  readonly beforeResolving?: () => void;
  /** Called with secret values as soon as they are known. */
  readonly onValues?: (values: readonly string[]) => void;
}

/** One invocation of wev. */
export class Session {
  /** The parsed command line. */
  readonly options: Arguments;
  /** The system that wev runs on. */
  readonly runtime: Runtime;
  /** The request for values. */
  readonly request: Request;
  /** The plugins. */
  readonly registry: PluginRegistry = builtinPlugins;
  #logger: Logger | undefined;
  #place: Place | undefined;
  #locks: LockDirectory | undefined;
  #lockout: Lockout | undefined;
  #store: CacheStore | undefined;
  #remembered: CacheStore | undefined;

  /** Creates a session; its parts are created on first use. */
  constructor(options: Arguments, runtime: Runtime) {
    this.options = options;
    this.runtime = runtime;
    const { minRemaining = 0, refresh = false } = options;
    this.request = { at: runtime.startedAt, minRemaining, refresh, mayAsk: true };
  }

  /** Writes messages to standard error. */
  get logger(): Logger {
    return this.#logger ??= loggerOf(this.runtime, this.options.logLevel);
  }

  /** The place that the plan is for, and the cache directory. If the cache is unusable, a warning says why. */
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
        `Nothing is cached: cannot check ${directory}: ` +
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

  /** The lockout of `wev --lock`. */
  get lockout(): Lockout {
    const { runtime: { clock }, place: { cacheDirectory }, locks, logger } = this;
    return this.#lockout ??= new Lockout({ ...this.#owner, cacheDirectory, locks, clock, logger });
  }

  /**
   * The cache.
   *
   * @throws {WevError} if `WEV_KEYRING` is invalid.
   */
  get store(): CacheStore {
    return this.#store ??= new CacheStore({
      ...this.#owner,
      directory: this.place.cacheDirectory,
      readOnly: this.#isReadOnly,
      logger: this.logger,
      sealer: this.#sealer(),
    });
  }

  #sealer(): ValueSealer {
    const { runtime, place: { cacheDirectory }, logger } = this;
    if (!wantsKeyring(runtime)) return noSealer(logger);
    let sealer: Promise<ValueSealer> | undefined;
    // Few have one.
    const load = async () => {
      const { KeyringSealer }: typeof import("./cache/seal.ts") = await import(
        ["./cache/seal.ts"].join()
      );
      const { platformKeyring }: typeof import("./keyring/platform.ts") = await import(
        ["./keyring/platform.ts"].join()
      );
      const keyFile = cacheDirectory === undefined ? undefined : sealingKeyPath(cacheDirectory);
      const keyring = platformKeyring(runtime, keyFile);
      return new KeyringSealer({ keyring, locks: this.locks, logger });
    };
    return {
      seal: async (values, key) => await (await (sealer ??= load())).seal(values, key),
      unseal: async (sealed, key) => await (await (sealer ??= load())).unseal(sealed, key),
    };
  }

  /** The remembered choices. They do not expire, so they are stored apart from the cache. */
  get remembered(): CacheStore {
    const { cacheDirectory, system } = this.place;
    // If it can't be read or written, wev looks the device up again: no reason for a warning.
    const quiet = { ...this.logger, warning: this.logger.debug };
    return this.#remembered ??= new CacheStore({
      ...this.#owner,
      directory: cacheDirectory === undefined
        ? undefined
        : rememberedDirectory(cacheDirectory, system),
      readOnly: this.#isReadOnly,
      logger: quiet,
      // The serial number of a device is not a secret.
      sealer: noSealer(quiet),
    });
  }

  /** Only a run, an export and a login write to the cache. */
  get #isReadOnly(): boolean {
    const { action } = this.options;
    return action !== undefined && action !== "export" && action !== "login";
  }

  /** Formats instants: for people, or for programs if the output is JSON. */
  async times(): Promise<Times> {
    const { options, runtime } = this;
    // JSON output contains sentences with times, too.
    return new Times(options.json ? undefined : await runtime.localTime(), runtime.clock);
  }

  /** Returns the state that resolving, explaining and listing need. */
  async state(): Promise<State & { readonly registry: PluginRegistry }> {
    const { runtime: { environment, clock, files }, place: { home, system } } = this;
    const { store, remembered, registry } = this;
    const times = await this.times();
    return { environment, system, home, clock, times, files, store, remembered, registry };
  }

  /** Returns the engine that resolves a plan in this session. */
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
    const { options, runtime, place, logger, locks, lockout } = this;
    const { environment, clock, files, processes: { capture, isStopped, sessionOf } } = runtime;
    if (cacheDirectory(environment, place.system) === undefined) {
      logger.warning("Nothing is cached because there is no home directory: set HOME");
    }
    await runtime.keepSignals?.();
    const { terminal, here } = await this.#personHere(request.mayAsk);
    const answerable = this.#answerable();
    const say = (message: string) => this.#say(message);
    const notify = afterQuestions(say, { locks, sessionOf });
    const prompt = new AnswerablePrompt({
      here,
      run: answerable,
      notify,
      warn: (message) => logger.warning(message),
    });
    const toldTopics = new Set<string>();
    const tell = async (topic: string, message: string) => {
      if (toldTopics.has(topic)) return;
      toldTopics.add(topic);
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
        lockout,
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
    const { terminal, here } = await this.#personHere(true);
    return await this.#resumable(() => work(here), terminal);
  }

  async #personHere(
    mayAsk: boolean,
  ): Promise<{ readonly terminal: TerminalPrompt; readonly here: Answerer }> {
    const { runtime, logger } = this;
    const terminal = new TerminalPrompt(
      async () => mayAsk ? await runtime.openTerminal() : undefined,
      { rings: runtime.environment.get("WEV_BELL") === "1" },
    );
    const answerers = mayAsk ? await this.#answerers(terminal) : [terminal] as const;
    const here = new FirstAnswer(answerers, {
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

  /** Returns what asks the user: the terminal, and the program that the user wants for it. */
  async #answerers(terminal: Answerer): Promise<[Answerer, ...Answerer[]]> {
    const { runtime } = this;
    const { environment, process } = runtime;
    if (!environment.get("WEV_ASKPASS")) return [terminal];
    const { askpassOf, AskpassPrompt }: typeof import("./questions/askpass.ts") = await import(
      ["./questions/askpass.ts"].join()
    );
    const askpass = askpassOf(runtime);
    if (askpass === undefined) return [terminal];
    const program = new AskpassPrompt(askpass, {
      runtime,
      terminal,
      environment: withCaller(environment, process),
      waitFor: (what, work) =>
        waitFor(() => what, work, (message, isCurrent = () => true) => {
          if (isCurrent()) this.#say(message);
        }),
    });
    return askpass.use === "force" ? [program] : [terminal, program];
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
  "This job must ask a question, but it is in the background. It stops until you continue it in the " +
  "foreground (fg)";

/** Returns the logger for standard error. It uses colours if the environment and the terminal allow it. */
export function loggerOf({ environment, stderr }: Runtime, level: LogLevel = "info"): Logger {
  // https://no-color.org and https://force-color.org: set and not empty.
  const color = !valueOf(environment, "NO_COLOR") &&
    (Boolean(valueOf(environment, "FORCE_COLOR")) ||
      (stderr.isTerminal() && valueOf(environment, "TERM") !== "dumb"));
  return createLogger(stderr, { level, color });
}

/** Returns a variable, or a placeholder if it can't be read: this must not prevent an error message. */
function valueOf(environment: Environment, name: string): string | undefined {
  try {
    return environment.get(name);
  } catch {
    return "not UTF-8";
  }
}
