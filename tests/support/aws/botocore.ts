/**
 * What botocore, which the AWS CLI and boto3 are made of, sees of profiles and variables.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("./botocore_settings.py", import.meta.url));

/** Settings by name, as botocore sees them; `null` for one that is not there. */
export type SeenSettings = Readonly<Record<string, string | number | boolean | null>>;

/** Returns whether this machine has a Python with botocore. */
export function isBotocoreInstalled(): boolean {
  try {
    const args = ["-c", "import botocore.configprovider as c; c.ConfiguredEndpointProvider"];
    return new Deno.Command("python3", { args, stdout: "null", stderr: "null" }).outputSync()
      .success;
  } catch {
    return false;
  }
}

/** Returns what botocore sees in each of `environments`, in order. */
export async function seenByBotocore(
  environments: readonly Readonly<Record<string, string>>[],
): Promise<readonly SeenSettings[]> {
  const child = new Deno.Command("python3", {
    args: [SCRIPT],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(environments)));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return JSON.parse(new TextDecoder().decode(stdout));
}
