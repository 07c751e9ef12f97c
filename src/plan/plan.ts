/**
 * The plan of a working directory: the variables in order, each with its plugin and its options. It is
 * plain data, so it can be stored.
 *
 * @module
 */

import type { Location } from "../errors.ts";

/** The plan of a working directory. */
export interface Plan {
  /** The configuration files it is made from; later ones override earlier ones. */
  readonly files: readonly string[];
  /** A step for each variable, in order. */
  readonly steps: readonly Step[];
}

/** How one variable is resolved. */
export interface Step {
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** The location of the variable in the last file that has it. */
  readonly location: Location;
  /** The id of its plugin. */
  readonly plugin: string;
  /** The version of its plugin. */
  readonly version: string;
  /** The environment variables that the plugin reads, without secret ones. */
  readonly reads: readonly string[];
  /** The secret environment variables that the plugin reads. */
  readonly readsSecret: readonly string[];
  /** The secret variables that are only for wev, and must not reach the command. */
  readonly consumes: readonly string[];
  /** The options as the plugin's table reads them: any JSON value. */
  readonly options: unknown;
  /**
   * The cache key of its values, and the variables (JSON) that the key is valid for. With it, the warm run
   * need not compute SHA-256.
   */
  readonly knownKey?: { readonly variables: string; readonly key: string };
  /** The variables of other steps that it needs. Those steps are resolved first. */
  readonly needs?: readonly string[];
  /** The values, if they depend only on the options. */
  readonly constant?: readonly string[];
  /** The minimum remaining lifetime of the values, in seconds. */
  readonly minRemaining?: number;
  /** The text that the identity of cached values must contain. */
  readonly identityHas?: string;
  /**
   * For credentials: whether each value is secret, by position. Each value is then one line of text.
   */
  readonly secret?: readonly boolean[];
  /** The locations of options that are allowed only in the home directory. Checked before their use. */
  readonly ofHome?: readonly Location[];
  /** The locations of the options, by name, for the plugin's messages. */
  readonly places?: Readonly<Record<string, Location>>;
  /** The conflicting variables: programs prefer them, so they are removed from the command's environment. */
  readonly unset: readonly string[];
}
