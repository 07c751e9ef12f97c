/**
 * The plan of a working directory: the variables in order, each with the plugin that resolves it and
 * its options. Plain data, so that it can be kept.
 *
 * @module
 */

import type { Location } from "../errors.ts";

/** The plan of a working directory. */
export interface Plan {
  /** The configuration files it is made of, the weakest first. */
  readonly files: readonly string[];
  /** A step for each variable, in order. */
  readonly steps: readonly Step[];
}

/** How one variable is resolved. */
export interface Step {
  /** The names of the environment variables. */
  readonly names: readonly string[];
  /** Where the variable stands, in the strongest file that has it. */
  readonly location: Location;
  /** The id of its plugin. */
  readonly plugin: string;
  /** The version of its plugin. */
  readonly version: string;
  /** The environment variables that the plugin reads, but for secret ones. */
  readonly reads: readonly string[];
  /** The secret environment variables that the plugin reads. */
  readonly readsSecret: readonly string[];
  /** The secret variables that are meant for wev alone, and so must not reach the command. */
  readonly consumes: readonly string[];
  /** The options as the plugin's table reads them: anything JSON can hold. */
  readonly options: unknown;
  /**
   * The key of its values while the variables that its plugin reads are these, as JSON. It saves a run
   * the wait for SHA-256.
   */
  readonly knownKey?: { readonly variables: string; readonly key: string };
  /** The variables of other steps that it needs: those are resolved first. */
  readonly needs?: readonly string[];
  /** The values, where they depend on the options alone. */
  readonly constant?: readonly string[];
  /** The minimum remaining lifetime of the values, in seconds. */
  readonly minRemaining?: number;
  /** What the identity of cached values must have in it. */
  readonly identityHas?: string;
  /**
   * Which values of its plugin are secret, by position, where they are credentials: then each is one
   * line of text.
   */
  readonly secret?: readonly boolean[];
  /** Where options stand that only a file of the home directory may have: looked at before their use. */
  readonly ofHome?: readonly Location[];
  /** Where the options stand that are set, by name, for the plugin's messages. */
  readonly places?: Readonly<Record<string, Location>>;
  /** The conflicting variables: programs prefer them to these, so they do not reach the command. */
  readonly unset: readonly string[];
}
