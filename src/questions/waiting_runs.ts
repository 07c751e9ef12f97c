/**
 * The runs of this user that wait for an answer. A run is listed as long as it answers at its socket: one
 * that was killed is not, whatever it left behind.
 *
 * @module
 */

import { NAMES, questionsDirectory } from "../cache/layout.ts";
import { faultOf, type Owner, ownFiles } from "../cache/private_directory.ts";
import { WevError } from "../errors.ts";
import type { Clock, LocalConnection, LocalSockets } from "../runtime.ts";
import {
  type AnswerMessage,
  type AskedQuestion,
  readRunMessage,
  type RunDescription,
  type RunMessage,
  type Stage,
  toLine,
} from "./messages.ts";

/** Milliseconds that a run may take to say what it is: one that is stopped says nothing. */
const PATIENCE_MS = 1_000;

/** Milliseconds that a run may take to look at an answer. */
const OFFER_MS = 5_000;

/** What is needed to find runs. */
interface WaitingRunsOptions extends Omit<Owner, "home"> {
  /** The directory of the cache. */
  readonly cacheDirectory: string | undefined;
  /** Connects processes of this user, if the system can. */
  readonly sockets: LocalSockets | undefined;
}

/** The question of a run is not asked any more: it was answered elsewhere, or the run has ended. */
export class QuestionGone extends Error {
  override readonly name: string = "QuestionGone";
}

/** A run that waits for an answer. */
export class WaitingRun {
  readonly #connection: LocalConnection;
  readonly #onChange: () => void;
  #run: RunDescription | undefined;
  #stage: Stage = { kind: "busy" };
  #offered: PromiseWithResolvers<string | undefined> | undefined;
  #gone = new AbortController();

  /** Says nothing yet. */
  constructor(connection: LocalConnection, onChange: () => void) {
    this.#connection = connection;
    this.#onChange = onChange;
  }

  /** What the run says of itself. */
  get about(): RunDescription {
    return this.#run!;
  }

  /** What it does now. */
  get stage(): Stage {
    return this.#stage;
  }

  /** Is aborted when the question that it asks now is not asked any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Listens to the run; returns, once it has said what it is, whether it has. */
  async meet(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const timer = setTimeout(() => resolve(false), PATIENCE_MS);
    void this.#listen(() => resolve(true)).then(() => resolve(false));
    const isMet = await promise.finally(() => clearTimeout(timer));
    if (!isMet) await this.close();
    return isMet;
  }

  /**
   * Offers an answer to the question `id`; returns what is wrong with it, or `undefined` if it is taken.
   *
   * @throws {QuestionGone} if the question is not asked any more.
   */
  async offer(id: number, text: string): Promise<string | undefined> {
    if (this.#question?.id !== id) throw new QuestionGone();
    const offered = Promise.withResolvers<string | undefined>();
    this.#offered = offered;
    // The person can't go on before this is over.
    const timer = setTimeout(() => offered.reject(this.#silent()), OFFER_MS);
    this.#say({ kind: "answer", id, text });
    return await offered.promise.finally(() => clearTimeout(timer));
  }

  /** Tells the run that it will get no answer. */
  deny(): void {
    this.#say({ kind: "deny" });
  }

  /** Tells the run that another one can ask on a terminal. */
  yieldQuestion(): void {
    this.#say({ kind: "yield" });
  }

  /** Closes the connection. */
  async close(): Promise<void> {
    await this.#connection.close();
  }

  get #question(): AskedQuestion | undefined {
    return this.#stage.kind === "asking" ? this.#stage.question : undefined;
  }

  #say(message: AnswerMessage): void {
    if (!this.#connection.write(toLine(message))) this.#offered?.reject(new QuestionGone());
  }

  #silent(): WevError {
    const { process } = this.about;
    return new WevError(`Process ${process} does not respond`, {
      hint:
        `It may be stopped: continue it (kill -CONT ${process}), or end it (kill -KILL ${process}).`,
    });
  }

  async #listen(onFirst: () => void): Promise<void> {
    for (;;) {
      const line = await this.#connection.read();
      const message = line === undefined ? undefined : readRunMessage(line);
      if (message === undefined) break;
      this.#hear(message);
      if (this.#run !== undefined) onFirst();
      this.#onChange();
    }
    // A run that ends by itself says so.
    if (this.#stage.kind !== "ended") this.#enter({ kind: "ended", failure: "It was killed" });
    this.#onChange();
  }

  #hear(message: RunMessage): void {
    switch (message.kind) {
      case "stage":
        this.#run = message.run;
        return this.#enter(message.stage);
      case "refused":
        return this.#offered?.resolve(message.problem);
      case "taken":
        this.#offered?.resolve(undefined);
        // The run says so too, but later: until then it would be asked for again.
        return this.#enter({ kind: "busy" });
    }
  }

  #enter(stage: Stage): void {
    const former = this.#question?.id;
    this.#stage = stage;
    if (former === undefined || former === this.#question?.id) return;
    this.#gone.abort(new QuestionGone());
    this.#gone = new AbortController();
    // Nobody waits for it, or it has been resolved.
    this.#offered?.promise.catch(() => {});
    this.#offered?.reject(new QuestionGone());
    this.#offered = undefined;
  }
}

/** The runs that wait for an answer. */
export class WaitingRuns implements AsyncDisposable {
  readonly #options: WaitingRunsOptions;
  readonly #met = new Map<string, WaitingRun | undefined>();
  #changed = Promise.withResolvers<void>();

  /** Looks for none yet. */
  constructor(options: WaitingRunsOptions) {
    this.#options = options;
  }

  /** Returns all runs that wait now, those first that have waited for longest. */
  async find(): Promise<readonly WaitingRun[]> {
    await Promise.all(this.#sockets().map((path) => this.#meet(path)));
    return [...this.#met.values()]
      .filter((run) => run !== undefined)
      .filter(({ stage }) => stage.kind !== "ended")
      .sort((one, other) => one.about.since - other.about.since);
  }

  /** All runs that were found so far, with those that have ended. */
  get known(): readonly WaitingRun[] {
    return [...this.#met.values()].filter((run) => run !== undefined);
  }

  /** Waits until a run that was found does something else, at most for `milliseconds`. */
  async change(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    await Promise.race([this.#changed.promise, promise]).finally(() => clearTimeout(timer));
  }

  /** Closes all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.known.map((run) => run.close()));
  }

  #sockets(): string[] {
    const { cacheDirectory, system } = this.#options;
    if (cacheDirectory === undefined || this.#options.sockets === undefined) return [];
    const directory = questionsDirectory(cacheDirectory, system);
    if (faultOf(directory, this.#options) !== undefined) return [];
    return socketsIn(directory, this.#options).map(({ path }) => path);
  }

  async #meet(path: string): Promise<void> {
    if (this.#met.has(path)) return;
    const connection = await this.#options.sockets!.connect(path);
    if (connection === undefined) return;
    const run = new WaitingRun(connection, () => this.#wake());
    this.#met.set(path, await run.meet() ? run : undefined);
  }

  #wake(): void {
    const { resolve } = this.#changed;
    this.#changed = Promise.withResolvers();
    resolve();
  }
}

/** Milliseconds after which a socket at which nobody answers is removed: a run on another host may. */
const KEPT_MS = 86_400_000;

/**
 * Removes the sockets of runs that were killed. Not before a day has passed: the directory may be shared
 * with other hosts, whose runs can't be told from dead ones.
 */
export async function sweepSockets(
  directory: string,
  { clock, sockets, ...owner }: Omit<Owner, "home"> & {
    readonly clock: Clock;
    readonly sockets: LocalSockets;
  },
): Promise<void> {
  const oldest = clock.now().getTime() - KEPT_MS;
  for (const { path, info } of socketsIn(directory, owner)) {
    if (info.modified === undefined || info.modified.getTime() >= oldest) continue;
    const connection = await sockets.connect(path);
    if (connection === undefined) owner.files.remove(path);
    else await connection.close();
  }
}

function socketsIn(directory: string, owner: Omit<Owner, "home">): ReturnType<typeof ownFiles> {
  return ownFiles(directory, NAMES.question, owner, "other");
}
