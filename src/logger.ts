/**
 * What wev says on standard error. It never gets a secret to say.
 *
 * @module
 */

import { escapeControls } from "./errors.ts";
import type { Output } from "./runtime.ts";

/** How much is said, the most first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Returns whether a logger of the level `chosen` (`info` where none is) says what is of `level`. */
export function allows(chosen: LogLevel = "info", level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(chosen) <= LOG_LEVELS.indexOf(level);
}

/** Says things on standard error, as far as the log level lets them through. */
export interface Logger {
  /** Says how wev works. */
  debug(message: string): void;
  /** Says what the user may want to know. */
  info(message: string): void;
  /** Says what went wrong though the run goes on. */
  warning(message: string): void;
  /** Says why the run failed. */
  error(message: string, hint?: string): void;
}

/** How a logger is made. */
interface LoggerOptions {
  /** The least important messages that are said. */
  readonly level: LogLevel;
  /** Whether escape sequences for colours may be written. */
  readonly color: boolean;
}

const COLORS: Record<LogLevel, string> = {
  debug: "\x1b[2m",
  info: "",
  warning: "\x1b[33m",
  error: "\x1b[31m",
};

/** Returns a logger that writes to `output`, each message with `wev: ` before it. */
export function createLogger(output: Output, options: LoggerOptions): Logger {
  const say = (level: LogLevel, message: string) => {
    if (!allows(options.level, level)) return;
    const label = level === "info" ? "wev:" : `wev: ${level}:`;
    const color = options.color ? COLORS[level] : "";
    const lines = message.split("\n").map(escapeControls).join("\n  ");
    output.write(`${color}${label}${color === "" ? "" : "\x1b[0m"} ${lines}\n`);
  };
  return {
    debug: (message) => say("debug", message),
    info: (message) => say("info", message),
    warning: (message) => say("warning", message),
    error: (message, hint) => say("error", hint === undefined ? message : `${message}\n${hint}`),
  };
}
