/**
 * A plugin's options as data. Everything else comes from this table: the parser, its errors, the JSON
 * Schema, the manual page, the manual's tables, and the type of what the handler gets.
 *
 * @module
 */

import type { IntegerForm, TextForm } from "../value_form.ts";

/** What the value of an option looks like. */
export type OptionForm =
  /** Any text. */
  | "text"
  /** A text or a list of texts. The handler gets a list. */
  | "texts"
  /** A list of texts. */
  | "list"
  /** A text of this form. */
  | { readonly text: TextForm }
  /** A whole number. */
  | { readonly integer: IntegerForm }
  /** One of these texts. */
  | { readonly choice: readonly string[] };

/**
 * What somebody who sets an option can make wev do: nothing that matters, reach a host, read a file,
 * write a file, run a program.
 */
export type Effect = "none" | "network" | "read" | "write" | "run";

/**
 * How an option protects the user: it says whose the values are (`identity`), it must stay as it is
 * (`same`), or it must not become smaller (`minimum`).
 */
export type Guard = "identity" | "same" | "minimum";

/** One option of a plugin. Texts for people may have names in backquotes. */
export interface OptionSpec {
  /** What it is, without a full stop at the end. */
  readonly about: string;
  /**
   * What its value looks like.
   *
   * @default any text
   */
  readonly form?: OptionForm;
  /** Whether it must be set. */
  readonly required?: boolean;
  /** The value that the handler gets if it is not set. */
  readonly default?: string | number;
  /** What happens if it is not set, for people: where that is no fixed value. */
  readonly otherwise?: string;
  /** A value that makes sense, as YAML, for messages. */
  readonly example?: string;
  /**
   * What setting it can make wev do.
   *
   * @default "run"
   */
  readonly effect?: Effect;
  /** What else people call it. Only for messages. */
  readonly otherNames?: readonly string[];
  /**
   * Whether an empty text is a value. An empty value of any other option switches off what a weaker
   * file sets.
   */
  readonly mayBeEmpty?: boolean;
  /** How it protects the user, if a file of the home directory sets it: no other file may weaken it. */
  readonly guard?: Guard;
  /** Why only a configuration file of the home directory may set it, if only such a file may. */
  readonly ofHome?: string;
  /**
   * Whether it is the minimum remaining lifetime of cached values, in seconds. wev uses it, and the
   * handler does not get it: the values are the same with more of it or less.
   */
  readonly minRemaining?: boolean;
  /**
   * What the identity of cached values must contain if it is set: others are not used. `{}` stands for
   * the option's value.
   */
  readonly identityHas?: string;
}

/** A plugin's options by name. There are no others. */
export type OptionTable = Readonly<Record<string, OptionSpec>>;

/** The value of one option, as the handler gets it. */
export type OptionValue = string | number | readonly string[];

/** The value of an option with `Spec`, as the handler gets it. */
export type OptionValueOf<Spec extends OptionSpec> = Spec extends
  { readonly form: "texts" | "list" } ? readonly string[]
  : Spec extends { readonly form: { readonly integer: unknown } } ? number
  : Spec extends { readonly form: { readonly choice: readonly (infer Choice)[] } } ? Choice
  : string;

/** The names of the options in `Table` that always have a value. */
export type GivenOptions<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name] extends
    { readonly required: true } | { readonly default: string | number } ? Name
    : never;
}[keyof Table];

/** The names of the options in `Table` that wev keeps for itself. */
export type KeptOptions<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name] extends { readonly minRemaining: true } ? Name : never;
}[keyof Table];

/** The values of the options in `Table`, by name, as the handler gets them. */
export type OptionValues<Table extends OptionTable> =
  & {
    readonly [Name in Exclude<GivenOptions<Table>, KeptOptions<Table>>]: OptionValueOf<Table[Name]>;
  }
  & {
    readonly [Name in Exclude<keyof Table, GivenOptions<Table> | KeptOptions<Table>>]?:
      OptionValueOf<Table[Name]>;
  };
