/**
 * Runs Deno itself.
 *
 * @module
 */

/** Which Deno is run. */
export interface DenoOptions {
  /**
   * Its path.
   *
   * @default the Deno that runs this
   */
  readonly deno?: string;
}

/**
 * Runs Deno with `args` in `cwd`; its output is shown. Where it fails, this program ends with its exit
 * status: Deno has said why.
 */
export async function deno(
  args: readonly string[],
  cwd: string,
  { deno = Deno.execPath() }: DenoOptions = {},
): Promise<void> {
  const { code } = await new Deno.Command(deno, { args: [...args], cwd }).spawn().status;
  if (code !== 0) Deno.exit(code);
}
