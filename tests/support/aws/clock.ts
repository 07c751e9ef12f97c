/** Where the time of a {@linkcode ServerClock} comes from, and how far off it is. */
export interface ServerClockOptions {
  /**
   * The client's time in milliseconds since 1970.
   *
   * @default {Date.now}
   */
  readonly now?: () => number;
  /**
   * Seconds by which the server's clock runs ahead of the client's; negative: behind.
   *
   * @default {0}
   */
  readonly skew?: number;
}

/**
 * The server's time.
 *
 * Moving it with `advance()` ages codes and sessions, but not signatures: the client goes on signing
 * by its own clock, and must not be refused because a test skipped a minute. `skew` is for that: it
 * moves everything, as a wrong clock does.
 */
export class ServerClock {
  /** Seconds by which the server's clock runs ahead of the client's; may be set at any time. */
  skew: number;
  readonly #now: () => number;
  #advanced = 0;

  /** Makes a clock that runs with the client's. */
  constructor(options: ServerClockOptions = {}) {
    this.#now = options.now ?? Date.now;
    this.skew = options.skew ?? 0;
  }

  /** The time in milliseconds since 1970 that codes and sessions go by. */
  now(): number {
    return this.wall() + this.#advanced;
  }

  /** The client's time in milliseconds since 1970. */
  client(): number {
    return this.#now();
  }

  /** The time in milliseconds since 1970 that signatures and the `Date` header go by. */
  wall(): number {
    return this.#now() + this.skew * 1000;
  }

  /** Lets `seconds` pass for codes and sessions. */
  advance(seconds: number): void {
    this.#advanced += seconds * 1000;
  }
}
