/**
 * What a plugin is: code keyed by `plugin.id` that explains and resolves a variable.
 *
 * @module
 */

import type {
  ExplainContext,
  PluginBasis,
  Resolution,
  ResolveContext,
  SharedUse,
} from "./context.ts";
import type { OptionForm } from "./option_form.ts";
import type { OptionReader } from "./options.ts";

/** Code that explains and resolves variables. `Options` is what its `parse` makes of the options. */
export interface Plugin<Options = unknown> {
  /** What `plugin.id` calls it. */
  readonly id: string;
  /** Its version. A new major version (the part before the first dot) shares no cached values. */
  readonly version: string;
  /** Its options by name, each with a sentence that says what it is. There are no others. */
  readonly options: Readonly<Record<string, string>>;
  /** What else people call it: `aws-mfa`. Only for messages. */
  readonly otherNames?: readonly string[];
  /** What else people call its options, each with the right name: `ttl` for `duration`. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /**
   * Options for which an empty text is a value. An empty value of any other switches off what a weaker
   * file sets.
   */
  readonly mayBeEmpty?: readonly string[];
  /** What the values of its options look like, by name; a text where it is not said. */
  readonly forms?: Readonly<Record<string, OptionForm>>;
  /**
   * The environment variables it may read, but for secret ones. Their values belong to the key of
   * what is cached, and the context gives a plugin nothing else.
   */
  readonly reads?: readonly string[];
  /** The secret environment variables it may read while it resolves. They belong to no key. */
  readonly readsSecret?: readonly string[];
  /**
   * Secret variables that are meant for wev alone, for one run: it may read them while it resolves,
   * and they never reach the command. They belong to no key.
   */
  readonly consumes?: readonly string[];
  /**
   * Variables that would win over one that it sets, by the name of that one: they do not reach the
   * command.
   */
  readonly rivals?: Readonly<Record<string, readonly string[]>>;
  /**
   * What each value is, in the order of the names, where the values are credentials: then each is one
   * line of text. wev refuses names that belong to another value, and secret values under names that
   * programs send, show or act upon.
   */
  readonly values?: readonly ValueForm[];
  /**
   * Options that protect the user, by name: where a configuration file of the home directory sets one,
   * no other file may weaken it.
   */
  readonly guards?: Readonly<Record<string, Guard>>;

  /** The options whose places its messages name: see {@linkcode ExplainContext.placeOf}. */
  readonly placed?: readonly string[];

  /**
   * Reads the options.
   *
   * @throws {ConfigError} that names the option at fault. Unknown options have been found before.
   */
  parse(options: OptionReader, names: readonly string[]): Options;

  /**
   * Returns the seconds of life that cached values must have left, where the options ask for it. It is
   * not among what `parse` returns: with more of it or less, the values are the same.
   *
   * @throws {ConfigError} that names the option at fault.
   */
  minRemaining?(options: OptionReader): number | undefined;

  /**
   * Returns what an identity must have in it, where the options ask for that: cached values of
   * another are not used.
   */
  identityHas?(options: Options): string | undefined;

  /**
   * Returns what the values depend on that stands in files, and those files. While the files are as
   * they were, and when they change but say the same, cached values hold.
   *
   * @throws {WevError} where the files make no sense.
   */
  basis?(options: Options, context: ExplainContext): Promise<PluginBasis>;

  /**
   * Returns what it would share with other variables, as far as that is known without a request: what is
   * listed as used, and forgotten with the values.
   *
   * @throws {WevError} where it can't resolve at all.
   */
  shares?(options: Options, context: ExplainContext): Promise<readonly SharedUse[]>;

  /** Returns the values where they depend on the options alone: then nothing else is asked. */
  constant?(options: Options): readonly string[];

  /** Returns what it will do, a sentence a line. No network, no question, no secret. */
  explain(options: Options, context: ExplainContext): string[] | Promise<string[]>;

  /**
   * Returns the values.
   *
   * @throws {WevError} where it can't.
   */
  resolve(options: Options, context: ResolveContext): Promise<Resolution>;
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

/**
 * How an option protects the user: it says whose the values are (`identity`), it must stay as it is
 * (`same`), or it must not become smaller (`minimum`).
 */
export type Guard = "identity" | "same" | "minimum";
