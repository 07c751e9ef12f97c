/**
 * Texts about options, generated from the option table, for errors, editors and the manual. Names are in
 * backquotes.
 *
 * @module
 */

import type { OptionForm, OptionSpec } from "./option_table.ts";

/** Returns an example of an option, as YAML. */
export function exampleOf(
  name: string,
  { form, example }: OptionSpec = { description: "" },
): string {
  if (example !== undefined) return `${name}: ${example}`;
  if (form === "texts") return `${name}: text or ${name}: [one, two]`;
  if (form === "list") return `${name}: [one, two]`;
  if (form === undefined || form === "text" || "text" in form) return `${name}: text`;
  return `${name}: ${"integer" in form ? form.integer.min : form.choice[0]}`;
}

/** Returns the form of an option's value in words: `900 to 129600 seconds`. */
export function valueText(form: OptionForm = "text"): string {
  if (form === "text") return "text";
  if (form === "texts") return "text, or a list of texts";
  if (form === "list") return "list of texts";
  if ("choice" in form) return form.choice.map((choice) => `\`${choice}\``).join(", ");
  if ("integer" in form) {
    const { min, max, unit } = form.integer;
    return `${min} to ${max}${unit === undefined ? "" : ` ${unit}`}`;
  }
  const { length, what = "text" } = form.text;
  return length === undefined ? what : `${length[0]} to ${length[1]} characters: ${what}`;
}

/** Returns the default of an option in words; `undefined` if there is none. */
export function defaultText(
  { required, default: value, otherwise }: OptionSpec,
): string | undefined {
  if (required) return "required";
  if (otherwise !== undefined) return otherwise;
  return typeof value === "string" ? `\`"${value}"\`` : value?.toString();
}

/** Returns the description of an option, and who may set it. */
export function meaningText({ description, ofHome }: OptionSpec): string {
  return ofHome === undefined
    ? description
    : `${description}. Only a configuration file of the home directory may set it`;
}

/** Returns the complete description of an option, in sentences. */
export function describeOption(spec: OptionSpec): string {
  const value = valueText(spec.form);
  const otherwise = defaultText(spec);
  return [
    meaningText(spec),
    ...(value === "text" ? [] : [`${value[0]!.toUpperCase()}${value.slice(1)}`]),
    ...(otherwise === undefined ? [] : [spec.required ? "Required" : `Default: ${otherwise}`]),
  ].map((sentence) => `${sentence}.`).join(" ");
}
