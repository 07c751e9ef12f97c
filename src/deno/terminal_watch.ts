/**
 * Detection of writes to the controlling terminal by other processes, with inotify(7) on Linux. Other
 * systems have nothing like it.
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

/** The number of checks after which the question is drawn again, even if others keep writing. */
const MAX_LOOKS = 10;

/**
 * Watches the controlling terminal. It does not notice what wev itself writes to `/dev/tty`, which is
 * another file.
 */
export class TerminalWatch {
  readonly #libc: Libc<typeof FUNCTIONS>;
  readonly #queue: number;
  #looks = 0;

  private constructor(libc: Libc<typeof FUNCTIONS>, queue: number) {
    this.#libc = libc;
    this.#queue = queue;
  }

  /** Starts to watch; returns `undefined` if that is impossible. */
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
   * Returns whether others have written since it last returned true, and are done: they wrote nothing
   * since the last check, the user is typing (`isTyping`), or they do not stop.
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

  /** Reads the pending event; equal events in a row are merged into one. */
  #take(): boolean {
    const events = new Uint8Array(4096);
    return Number(this.#libc.read(this.#queue, events, BigInt(events.length))) > 0;
  }
}
