/**
 * A logger that keeps what is said.
 *
 * @module
 */

import type { Logger } from "../../src/logger.ts";

/** Keeps what is said, each message after its level. */
export class Spoken implements Logger {
  /** What was said, in order. */
  readonly messages: string[] = [];

  debug(message: string): void {
    this.messages.push(`debug: ${message}`);
  }

  info(message: string): void {
    this.messages.push(`info: ${message}`);
  }

  warning(message: string): void {
    this.messages.push(`warning: ${message}`);
  }

  error(message: string): void {
    this.messages.push(`error: ${message}`);
  }
}
