/**
 * What is to be done for a working directory: the variables in order, each with the plugin that
 * resolves it and the options as that plugin understands them. Plain data, so that it can be kept.
 *
 * @module
 */

import type { Location } from "../errors.ts";

/** What is to be done for a working directory. */
export interface Plan {
  /** The configuration files it is made of, the weakest first. */
  readonly files: readonly string[];
  /** What is to be done for each variable, in order. */
  readonly steps: readonly Step[];
}

/** What is to be done for one variable. */
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
  /** What the plugin's `parse` made of the options: anything JSON can hold. */
  readonly options: unknown;
  /**
   * The key of what it resolves to while the variables that its plugin reads are these, as JSON: SHA-256
   * has to be waited for.
   */
  readonly knownKey?: { readonly variables: string; readonly key: string };
  /** The values, where they depend on the options alone. */
  readonly constant?: readonly string[];
  /** Seconds of life that the values must have left. */
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
  /** Where options stand, by name, whose places messages of the plugin name. */
  readonly places?: Readonly<Record<string, Location>>;
  /** Variables that would win over these in the command, and so must not reach it. */
  readonly unset: readonly string[];
}
