/**
 * The contract between wev and its plugins. A plugin explains and resolves variables; `plugin.id` names it.
 *
 * @example A plugin that resolves to the hour of the day
 * ```ts
 * import { definePlugin } from "@x/wev/plugin";
 *
 * export const hour = definePlugin({
 *   manifest: {
 *     id: "wev-hour",
 *     version: "1.0.0",
 *     options: { zone: { description: "The time zone", default: "UTC", effect: "none" } },
 *   },
 *   explain: ({ zone }) => [`The hour of the day in ${zone}.`],
 *   resolve: ({ zone }, context) => {
 *     const values = [context.now().toLocaleTimeString("en", { hour: "2-digit", timeZone: zone })];
 *     return Promise.resolve({ values });
 *   },
 * });
 * ```
 *
 * @module
 */

export * from "./context.ts";
export * from "./handler.ts";
export * from "./keep.ts";
export * from "./manifest.ts";
export * from "./option_table.ts";
export * from "./questions.ts";
export * from "./registry.ts";
export {
  CancelledError,
  ConfigError,
  FAILURE_KINDS,
  type FailureData,
  type FailureKind,
  type Location,
  type NeededInput,
  type Suggestion,
  WevError,
  type WevErrorOptions,
} from "../errors.ts";
export type { Logger } from "../logger.ts";
export type { Times } from "../times.ts";
export type { IntegerForm, TextForm } from "../value_form.ts";
export type {
  Captured,
  Clock,
  Fetch,
  FetchOptions,
  KnownSecrets,
  LocalTime,
  ToldTime,
} from "../runtime.ts";
