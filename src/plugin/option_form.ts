/**
 * What the value of a plugin's option looks like, for editors. What it means is for the plugin to
 * check.
 *
 * @module
 */

/** What the value of an option looks like. */
export type OptionForm =
  /** A text: what there is where a plugin says nothing. */
  | { readonly kind: "text"; readonly pattern?: string }
  /** One of a few texts. */
  | { readonly kind: "choice"; readonly choices: readonly string[] }
  /** A text or a list of texts. */
  | { readonly kind: "texts" }
  /** A list of texts. */
  | { readonly kind: "list" }
  /** A whole number. */
  | { readonly kind: "integer"; readonly min: number; readonly max: number };
