/**
 * The options of a plugin, as a table. Everything else is generated from it: the parser, its errors, the
 * JSON Schema, the manual page, the tables of the manual, and the type of the handler's options.
 *
 * @module
 */

import type { IntegerForm, TextForm } from "../value_form.ts";

/** The form of an option's value. */
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
 * The effect of setting an option: none that matters, or it can make wev reach a host, read a file, write a
 * file or run a program.
 */
export type Effect = "none" | "network" | "read" | "write" | "run";

/**
 * How an option protects the user: it fixes the identity of the values (`identity`), it must not change
 * (`same`), or it must not become smaller (`minimum`).
 */
export type Guard = "identity" | "same" | "minimum";

/** One option of a plugin. Texts for people may have names in backquotes. */
export interface OptionSpec {
  /** The description, without a full stop at the end. */
  readonly description: string;
  /**
   * The form of its value.
   *
   * @default any text
   */
  readonly form?: OptionForm;
  /** Whether it must be set. */
  readonly required?: boolean;
  /** The value that the handler gets if it is not set. */
  readonly default?: string | number;
  /** What happens if it is not set, for people. Only if there is no fixed default. */
  readonly otherwise?: string;
  /** A valid value, as YAML, for messages. */
  readonly example?: string;
  /**
   * The effect of setting it.
   *
   * @default "run"
   */
  readonly effect?: Effect;
  /** Other names that people use for it. Only for messages. */
  readonly otherNames?: readonly string[];
  /**
   * Whether an empty text is a valid value. For other options an empty value switches off the option of an
   * earlier file.
   */
  readonly mayBeEmpty?: boolean;
  /** How it protects the user if a file of the home directory sets it. No other file may weaken it. */
  readonly guard?: Guard;
  /** If only a configuration file of the home directory may set it: the reason. */
  readonly ofHome?: string;
  /**
   * Whether it is the minimum remaining lifetime of cached values, in seconds. wev uses it itself: the
   * handler does not get it, because the values do not depend on it.
   */
  readonly minRemaining?: boolean;
  /**
   * If it is set, the text that the identity of cached values must contain. Others are not used. `{}` stands
   * for the option's value.
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

/** The names of the options in `Table` that the handler does not get. */
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
