/**
 * Whether this machine has a program that only some tests need.
 *
 * @module
 */

/** Returns whether `name` is a program on the PATH. */
export function hasProgram(name: string): boolean {
  const directories = (Deno.env.get("PATH") ?? "").split(":");
  return directories.some((directory) => {
    try {
      return Deno.statSync(`${directory}/${name}`).isFile;
    } catch {
      return false;
    }
  });
}
