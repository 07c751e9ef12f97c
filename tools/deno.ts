/**
 * Runs Deno itself.
 *
 * @module
 */

/** Which Deno is run, and how. */
export interface DenoOptions {
  /**
   * Its path.
   *
   * @default the Deno that runs this
   */
  readonly deno?: string;
  /**
   * Its whole environment.
   *
   * @default that of this program
   */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs Deno with `args` in `cwd`; its output is shown. Where it fails, this program ends with its exit
 * status: Deno has said why.
 */
export async function deno(
  args: readonly string[],
  cwd: string,
  options: DenoOptions = {},
): Promise<void> {
  const code = await tryDeno(args, cwd, options);
  if (code !== 0) Deno.exit(code);
}

/** Runs Deno with `args` in `cwd`, and returns its exit status; its output is shown. */
export async function tryDeno(
  args: readonly string[],
  cwd: string,
  { deno = Deno.execPath(), env }: DenoOptions = {},
): Promise<number> {
  const environment = env === undefined ? {} : { clearEnv: true, env: { ...env } };
  const command = new Deno.Command(deno, { args: [...args], cwd, ...environment });
  return (await command.spawn().status).code;
}
