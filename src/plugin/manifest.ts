/**
 * What a plugin says of itself: plain data, which JSON can hold.
 *
 * @module
 */

import type { OptionTable } from "./option_table.ts";

/** What a plugin is and needs. */
export interface Manifest<Table extends OptionTable = OptionTable> {
  /** What `plugin.id` calls it. */
  readonly id: string;
  /** Its version. A new major version (the part before the first dot) shares no cached values. */
  readonly version: string;
  /** Its options. */
  readonly options: Table;
  /** What else people call it: `aws-mfa`. Only for messages. */
  readonly otherNames?: readonly string[];
  /**
   * The environment variables it may read, but for secret ones. Their values belong to the key of
   * what is cached, and the context gives a plugin nothing else.
   */
  readonly reads?: readonly string[];
  /** The secret environment variables it may read while it resolves. They belong to no key. */
  readonly readsSecret?: readonly string[];
  /**
   * Variables that give wev a one-time code for one run. Only wev reads them, for questions of the
   * plugin, and they never reach the command. They belong to no key.
   */
  readonly consumes?: readonly string[];
  /**
   * The conflicting variables of each name that it may set: programs prefer them, so they do not reach
   * the command.
   */
  readonly conflicts?: Readonly<Record<string, readonly string[]>>;
  /**
   * What each value is, in the order of the names, if the values are credentials: then each is one
   * line of text. wev refuses names that belong to another value, and secret values under names that
   * programs send, show or act upon.
   */
  readonly values?: readonly ValueForm[];
}

/** What one of a plugin's values is. */
export interface ValueForm {
  /** What it is called, for messages: `secret access key`. */
  readonly what: string;
  /** Whether it must not get into other hands. */
  readonly secret: boolean;
  /** The well-known names of this value, in capitals, the usual one first: no other value has them. */
  readonly names: readonly string[];
  /** How names end that fit this value, after an underscore: `SECRET_ACCESS_KEY`. */
  readonly ending: string;
}
