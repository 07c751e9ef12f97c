/**
 * The tag of a release.
 *
 * @module
 */

/**
 * Checks that `tag` is that of `version`.
 *
 * @throws {Error} where it is not: one of the two was forgotten.
 */
export function checkTag(tag: string, version: string): void {
  if (tag === `v${version}`) return;
  throw new Error(`The tag is ${tag}, but the version in deno.json is ${version}: v${version}`);
}
