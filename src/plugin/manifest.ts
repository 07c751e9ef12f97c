/**
 * The manifest of a plugin: plain data, valid JSON.
 *
 * @module
 */

import type { OptionTable } from "./option_table.ts";

/** The description of a plugin. */
export interface Manifest<Table extends OptionTable = OptionTable> {
  /** Its name in `plugin.id`. */
  readonly id: string;
  /** Its version. A new major version (the part before the first dot) shares no cached values. */
  readonly version: string;
  /** Its options. */
  readonly options: Table;
  /** Other names that people use for it, such as `aws-mfa`. Only for messages. */
  readonly otherNames?: readonly string[];
  /**
   * The environment variables it may read, without secret ones. Their values are part of the cache key.
   * The plugin can't read any others.
   */
  readonly reads?: readonly string[];
  /** The secret environment variables it may read while it resolves. They are not part of the cache key. */
  readonly readsSecret?: readonly string[];
  /**
   * Variables that supply a one-time code for one run. Only wev reads them, for questions of the plugin.
   * They never reach the command, and are not part of the cache key.
   */
  readonly consumes?: readonly string[];
  /**
   * The conflicting variables of each name that it may set. Programs prefer them, so they are removed from
   * the command's environment.
   */
  readonly conflicts?: Readonly<Record<string, readonly string[]>>;
  /**
   * For credentials: the form of each value, in the order of the names. Each value is then one line of
   * text. wev refuses names that belong to another value, and secret values with names that programs
   * send, show or act on.
   */
  readonly values?: readonly ValueForm[];
}

/** The form of one value of a plugin. */
export interface ValueForm {
  /** Its name in messages: `secret access key`. */
  readonly label: string;
  /** Whether it is secret. */
  readonly secret: boolean;
  /** The well-known names of this value, in capitals, the usual one first. No other value may have them. */
  readonly names: readonly string[];
  /** The ending of names that fit this value, after an underscore: `SECRET_ACCESS_KEY`. */
  readonly ending: string;
}
