/**
 * The tag of a release.
 *
 * @module
 */

/**
 * Checks that the commit which is checked out in `repository` is on the branch `main` of its origin.
 *
 * @throws {Error} where it is not: it was never reviewed.
 */
export async function checkOnMain(repository: string): Promise<void> {
  const { code, stderr } = await new Deno.Command("git", {
    args: ["merge-base", "--is-ancestor", "HEAD", "refs/remotes/origin/main"],
    cwd: repository,
  }).output();
  if (code === 0) return;
  const said = new TextDecoder().decode(stderr).trim();
  throw new Error(`The tag is not on main${said === "" ? "" : `, or that can't be told: ${said}`}`);
}

/**
 * Checks that `tag` is that of `version`.
 *
 * @throws {Error} where it is not: one of the two was forgotten.
 */
export function checkTag(tag: string, version: string): void {
  if (tag === `v${version}`) return;
  throw new Error(`The tag is ${tag}, but the version in deno.json is ${version}: v${version}`);
}
