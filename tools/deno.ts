/**
 * Runs Deno itself.
 *
 * @module
 */

/**
 * Runs the Deno that runs this, with `args` in `cwd`; its output is shown. Where it fails, this program
 * ends with its exit status: Deno has said why.
 */
export async function deno(args: readonly string[], cwd: string): Promise<void> {
  const { code } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
