/**
 * The targets that the Deno in use can compile for, given their runtimes.
 *
 * @module
 */

import { type Target, TARGETS } from "./targets.ts";

/**
 * Returns those of {@linkcode TARGETS} that this Deno knows. Only a refusal makes Deno name them.
 *
 * @throws {Error} where it names none.
 */
export async function knownTargets(): Promise<readonly Target[]> {
  const args = ["compile", "--target", "none", "none.ts"];
  const { stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  const known = targetsNamedIn(new TextDecoder().decode(stderr));
  if (known.length === 0) throw new Error("Deno does not say which targets it knows");
  return known;
}

/** Returns those of {@linkcode TARGETS} that stand in Deno's refusal `text`. */
export function targetsNamedIn(text: string): readonly Target[] {
  return TARGETS.filter((target) => text.includes(target));
}
