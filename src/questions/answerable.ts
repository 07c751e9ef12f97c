/**
 * This run, as far as `wev --answer` in another terminal can see and answer it. Nothing of it is on
 * disk but an empty socket: what the run waits for is told to those who connect, as long as it lives.
 *
 * @module
 */

import { questionsDirectory } from "../cache/layout.ts";
import { makeOwnDirectory, type Owner } from "../cache/private_directory.ts";
import { escapeControls, WevError } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { joinPath } from "../paths.ts";
import type {
  Clock,
  Environment,
  LocalConnection,
  LocalListener,
  LocalSockets,
} from "../runtime.ts";
import {
  type AskedQuestion,
  type Behind,
  readAnswerMessage,
  type RunDescription,
  type Stage,
  toLine,
} from "./messages.ts";
import { sweepSockets } from "./waiting_runs.ts";

/** What a run needs to be answered from elsewhere. */
interface AnswerableOptions extends Owner {
  /** The directory of the cache; without one nobody finds the run. */
  readonly cacheDirectory: string | undefined;
  /** Connects processes of this user, if the system can. */
  readonly sockets: LocalSockets | undefined;
  /** Seconds for which the run waits for an answer from elsewhere if nobody can be asked here. */
  readonly seconds: number;
  /** The time. */
  readonly clock: Clock;
  /** Says things on standard error. */
  readonly logger: Pick<Logger, "debug">;
  /** Returns what is told of the run, which waits from now on. */
  describe(): Promise<RunDescription>;
}

/** How a question is asked. */
interface AskOptions {
  /** Returns what is wrong with an answer, or `undefined`. */
  check(answer: string): string | undefined | Promise<string | undefined>;
  /** The device, once it is known, if it is looked up meanwhile. */
  readonly found?: Promise<string | undefined> | undefined;
  /** Withdraws the question, with its reason. */
  readonly signal: AbortSignal;
  /** What the question fails with if another run has a terminal to ask on. It stays if that is absent. */
  readonly yieldsWith?: () => Error;
}

/** A question that stands. */
interface Asked extends AskOptions {
  question: AskedQuestion;
  resolve(answer: string): void;
  reject(error: unknown): void;
}

/** A wait for another run. */
interface Wait {
  behind: Behind | undefined;
  reject(error: unknown): void;
}

/** Longest command that is told, in characters. */
const MAX_COMMAND = 2_000;

/** Milliseconds; a timer can't be longer. */
const MAX_DELAY = 2 ** 31 - 1;

/** `wev --deny` ended the run. */
export class DeniedError extends WevError {
  /** The name of the class. */
  override readonly name: string = "DeniedError";

  /** Makes the error. */
  constructor() {
    // A run that has a terminal can be asked there.
    super("The question was denied by wev --deny", { kind: "denied", shared: false });
  }
}

/** The variable that says, as `--wait` does, for how many seconds a run waits for an answer. */
const WAIT_VARIABLE = "WEV_WAIT";

/**
 * Returns for how many seconds a run waits for an answer: as `option` says, else as the environment does.
 *
 * @throws {WevError} if the variable is not a number of seconds.
 */
export function waitSeconds(option: number | undefined, environment: Environment): number {
  const text = environment.get(WAIT_VARIABLE) ?? "";
  if (option !== undefined || text === "") return option ?? 0;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new WevError(
    `${WAIT_VARIABLE} must be a whole number of seconds: it is "${escapeControls(text)}"`,
    { shared: false },
  );
}

/** Nobody has answered in time. */
class TimeUpError extends Error {}

/** This run, for those who answer it. */
export class Answerable {
  readonly #options: AnswerableOptions;
  readonly #connections = new Set<LocalConnection>();
  /** Those that take nothing more. */
  readonly #deaf = new WeakSet<LocalConnection>();
  readonly #waits = new Set<Wait>();
  readonly #timeUp = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #opening: Promise<string | undefined> | undefined;
  #listener: LocalListener | undefined;
  #path: string | undefined;
  #run: RunDescription | undefined;
  #asked: Asked | undefined;
  #questions = 0;
  #isDenied = false;
  #isClosed = false;
  #serving: Promise<void>[] = [];

  /** Opens nothing yet. */
  constructor(options: AnswerableOptions) {
    this.#options = options;
  }

  /** Whether the run can be answered from elsewhere, as far as is known before it is tried. */
  get isPossible(): boolean {
    const { sockets, cacheDirectory } = this.#options;
    return sockets !== undefined && cacheDirectory !== undefined;
  }

  /** Whether the run waits for an answer from elsewhere if nobody can be asked here. */
  get waits(): boolean {
    return this.#options.seconds > 0;
  }

  /** Is aborted when the run has waited for as long as it may. The time begins with the first call. */
  get timeUp(): AbortSignal {
    this.#timer ??= setTimeout(
      () => this.#timeUp.abort(new TimeUpError("Nobody has answered in time")),
      Math.min(this.#options.seconds * 1000, MAX_DELAY),
    );
    return this.#timeUp.signal;
  }

  /** Makes the run answerable; returns the reason if that is impossible. */
  async open(): Promise<string | undefined> {
    return await (this.#opening ??= this.#open());
  }

  /**
   * Asks whoever answers, until an answer passes the check.
   *
   * @throws {DeniedError} if that is denied. The reason of the signal when that is aborted.
   */
  async ask(question: Omit<AskedQuestion, "id">, options: AskOptions): Promise<string> {
    const { signal } = options;
    signal.throwIfAborted();
    if (this.#isDenied) throw new DeniedError();
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const asked: Asked = {
      ...options,
      question: { ...question, id: ++this.#questions },
      resolve,
      reject,
    };
    options.found?.then((device) => {
      if (this.#asked !== asked || device === undefined) return;
      asked.question = { ...asked.question, device };
      this.#tell();
    });
    const withdraw = () => reject(signal.reason);
    signal.addEventListener("abort", withdraw);
    this.#asked = asked;
    this.#tell();
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", withdraw);
      this.#asked = undefined;
      this.#tell();
    }
  }

  /**
   * Does `work`, which waits for another run and tells for which.
   *
   * @throws {DeniedError} if an answer is denied.
   */
  async whileBehind<Result>(
    work: (tell: (behind: Behind) => void) => Promise<Result>,
  ): Promise<Result> {
    await this.open();
    if (this.#isDenied) throw new DeniedError();
    const { promise, reject } = Promise.withResolvers<never>();
    const wait: Wait = { behind: undefined, reject };
    const tell = (behind: Behind) => {
      const isNew = behind.process !== wait.behind?.process;
      wait.behind = behind;
      if (isNew) this.#tell();
    };
    this.#waits.add(wait);
    try {
      return await Promise.race([work(tell), promise]);
    } finally {
      this.#waits.delete(wait);
      this.#tell();
    }
  }

  /** Tells those who are connected how the run has ended, and leaves nothing behind. */
  async close(failure?: string): Promise<void> {
    clearTimeout(this.#timer);
    await this.#opening;
    this.#isClosed = true;
    if (this.#run !== undefined) this.#send({ kind: "ended", failure });
    const connections = [...this.#connections].map((connection) => connection.close());
    await Promise.all([...connections, this.#listener?.close()]);
    await Promise.all(this.#serving);
    if (this.#path !== undefined) this.#removeSocket(this.#path);
  }

  async #open(): Promise<string | undefined> {
    const { cacheDirectory, sockets, system, files, logger } = this.#options;
    if (sockets === undefined) return "this system has no sockets for it";
    if (cacheDirectory === undefined) return "there is no cache directory";
    const directory = questionsDirectory(cacheDirectory, system);
    try {
      makeOwnDirectory(directory, this.#options);
      await sweepSockets(directory, { ...this.#options, sockets });
      const path = joinPath(directory, randomName(), system);
      this.#run = shortened(await this.#options.describe());
      this.#listener = await sockets.listen(path);
      if (this.#listener === undefined) throw new Error("the system refuses a socket");
      this.#path = path;
      // Whatever the umask, its owner has to be able to connect.
      files.setMode(path, 0o600);
      this.#serving.push(this.#serve(this.#listener));
      return undefined;
    } catch (error) {
      const reason = messageOf(error);
      logger.debug(`Can't be answered from elsewhere: ${reason}`);
      return reason;
    }
  }

  async #serve(listener: LocalListener): Promise<void> {
    for (;;) {
      const connection = await listener.accept();
      if (connection === undefined) return;
      this.#serving.push(this.#talk(connection));
    }
  }

  async #talk(connection: LocalConnection): Promise<void> {
    // It was accepted while the others were closed: nobody would close it, and its peer may wait for ever.
    if (this.#isClosed) return await connection.close();
    this.#connections.add(connection);
    this.#sendTo(connection, this.#stage);
    for (;;) {
      const line = await connection.read();
      if (line === undefined) break;
      await this.#hear(line, connection);
    }
    this.#connections.delete(connection);
    await connection.close();
  }

  async #hear(line: string, connection: LocalConnection): Promise<void> {
    const message = readAnswerMessage(line);
    const asked = this.#asked;
    switch (message?.kind) {
      case "answer": {
        const { id, text } = message;
        // The stage that the other side was told tells it that another answer has come first.
        if (asked?.question.id !== id) return;
        const problem = await this.#check(asked, text);
        if (this.#asked !== asked) return;
        if (problem !== undefined) {
          connection.write(toLine({ kind: "refused", id, problem }));
          return;
        }
        connection.write(toLine({ kind: "taken", id }));
        asked.resolve(text.trim());
        return;
      }
      case "deny":
        // Between two waits too: the run may be about to ask.
        this.#isDenied = true;
        asked?.reject(new DeniedError());
        for (const { reject } of this.#waits) reject(new DeniedError());
        return;
      case "yield":
        if (asked?.yieldsWith !== undefined) asked.reject(asked.yieldsWith());
    }
  }

  async #check(asked: Asked, text: string): Promise<string | undefined> {
    try {
      return await asked.check(text.trim());
    } catch (error) {
      asked.reject(error);
      return undefined;
    }
  }

  get #stage(): Stage {
    if (this.#asked !== undefined) return { kind: "asking", question: this.#asked.question };
    const behind = [...this.#waits].find(({ behind }) => behind !== undefined)?.behind;
    return behind === undefined ? { kind: "busy" } : { kind: "behind", ...behind };
  }

  #tell(): void {
    this.#send(this.#stage);
  }

  #send(stage: Stage): void {
    for (const connection of this.#connections) this.#sendTo(connection, stage);
  }

  #sendTo(connection: LocalConnection, stage: Stage): void {
    if (this.#deaf.has(connection)) return;
    if (connection.write(toLine({ kind: "stage", run: this.#run!, stage }))) return;
    // Who takes nothing would miss what is said next. What it has said itself, and gone, still counts.
    this.#deaf.add(connection);
    connection.endWriting();
  }

  #removeSocket(path: string): void {
    try {
      this.#options.files.remove(path);
    } catch (error) {
      this.#options.logger.debug(`Cannot remove ${path}: ${messageOf(error)}`);
    }
  }
}

/** Returns a name that no other run has: those of dead runs may still be there. */
function randomName(): string {
  return crypto.getRandomValues(new Uint8Array(8)).toHex();
}

function shortened(run: RunDescription): RunDescription {
  let left = MAX_COMMAND;
  const command: string[] = [];
  for (const word of run.command) {
    if (left <= 0) break;
    command.push(word.length > left ? `${word.slice(0, left)}…` : word);
    left -= word.length + 1;
  }
  return { ...run, command };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
