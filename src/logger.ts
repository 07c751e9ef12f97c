/**
 * The logger, which writes to standard error. It never gets a secret.
 *
 * @module
 */

import { escapeControls } from "./errors.ts";
import type { Output } from "./runtime.ts";

/** The log levels, from the most to the fewest messages. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = typeof LOG_LEVELS[number];

/** Returns whether a logger of the level `chosen` (default: `info`) writes messages of `level`. */
export function allows(chosen: LogLevel = "info", level: LogLevel): boolean {
  return LOG_LEVELS.indexOf(chosen) <= LOG_LEVELS.indexOf(level);
}

/** Writes messages to standard error, if the log level allows them. */
export interface Logger {
  /** Logs details for debugging. */
  debug(message: string): void;
  /** Logs something that the user may want to know. */
  info(message: string): void;
  /** Logs a problem that does not stop the run. */
  warning(message: string): void;
  /** Logs the failure of the run. */
  error(message: string, hint?: string): void;
}

/** The options of {@linkcode createLogger}. */
interface LoggerOptions {
  /** The lowest level that is written. */
  readonly level: LogLevel;
  /** Whether to use colours. */
  readonly color: boolean;
}

const COLORS: Record<LogLevel, string> = {
  debug: "\x1b[2m",
  info: "",
  warning: "\x1b[33m",
  error: "\x1b[31m",
};

/** Returns a logger that writes to `output`. Each message starts with `wev: `. */
export function createLogger(output: Output, options: LoggerOptions): Logger {
  const log = (level: LogLevel, message: string) => {
    if (!allows(options.level, level)) return;
    const label = level === "info" ? "wev:" : `wev: ${level}:`;
    const color = options.color ? COLORS[level] : "";
    const lines = message.split("\n").map(escapeControls).join("\n  ");
    output.write(`${color}${label}${color === "" ? "" : "\x1b[0m"} ${lines}\n`);
  };
  return {
    debug: (message) => log("debug", message),
    info: (message) => log("info", message),
    warning: (message) => log("warning", message),
    error: (message, hint) => log("error", hint === undefined ? message : `${message}\n${hint}`),
  };
}
