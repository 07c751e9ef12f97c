/**
 * The commit that an executable is made of.
 *
 * @module
 */

import { root } from "./paths.ts";

/**
 * Returns the first twelve digits of the commit that is checked out, with `-dirty` where a file
 * differs from it; `undefined` where there is no git or this is no clone.
 */
export async function commit(): Promise<string | undefined> {
  const args = ["describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"];
  try {
    const git = new Deno.Command("git", { args, cwd: root, stderr: "null" });
    const { success, stdout } = await git.output();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
