/**
 * What other processes write to the controlling terminal, noticed without reading it: Linux tells those
 * who watch the terminal's file (inotify(7)). Elsewhere nothing tells.
 *
 * @module
 */

import { type Libc, openLibc, toCString } from "./libc.ts";
import { readTerminalPath } from "./proc.ts";

const FUNCTIONS = {
  inotify_init1: { parameters: ["i32"], result: "i32" },
  inotify_add_watch: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const IN_NONBLOCK_CLOEXEC = 0o2004000;
const IN_MODIFY = 2;

/** Looks after which the question is drawn again, however much others write. */
const MAX_LOOKS = 10;

/**
 * Watches the controlling terminal. What wev itself writes through `/dev/tty` is not noticed, since that
 * is another file.
 */
export class TerminalWatch {
  readonly #libc: Libc<typeof FUNCTIONS>;
  readonly #queue: number;
  #looks = 0;

  private constructor(libc: Libc<typeof FUNCTIONS>, queue: number) {
    this.#libc = libc;
    this.#queue = queue;
  }

  /** Begins to watch; returns `undefined` where that can't be done. */
  static open(): TerminalWatch | undefined {
    const path = readTerminalPath();
    const libc = path === undefined ? undefined : openLibc(FUNCTIONS);
    if (path === undefined || libc === undefined) return undefined;
    const queue = libc.inotify_init1(IN_NONBLOCK_CLOEXEC);
    if (queue < 0) return undefined;
    if (libc.inotify_add_watch(queue, toCString(path), IN_MODIFY) >= 0) {
      return new TerminalWatch(libc, queue);
    }
    libc.close(queue);
    return undefined;
  }

  /** Forgets what others have written so far. */
  forget(): void {
    this.#take();
    this.#looks = 0;
  }

  /**
   * Looks whether others have written since it was last told, and are done: they wrote nothing since
   * the last look, somebody is typing (`isTyping`), or they don't stop.
   */
  look(isTyping: boolean): boolean {
    const isWriting = this.#take();
    if (isWriting) this.#looks++;
    if (this.#looks === 0) return false;
    if (isWriting && !isTyping && this.#looks < MAX_LOOKS) return false;
    this.#looks = 0;
    return true;
  }

  /** Stops watching. */
  close(): void {
    this.#libc.close(this.#queue);
  }

  /** Takes what the system has noted: one thing, as it notes the same only once in a row. */
  #take(): boolean {
    const events = new Uint8Array(4096);
    return Number(this.#libc.read(this.#queue, events, BigInt(events.length))) > 0;
  }
}
