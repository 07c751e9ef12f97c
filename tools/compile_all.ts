/**
 * Makes an executable for every target in `dist/release`, and `SHA256SUMS`.
 *
 * Deno downloads the bare runtime of each target. `DENORT_BIN` names one for this machine that is
 * there already; it counts for no other target. Whatever can't be made is said. It is a failure unless
 * `--partial` allows it, or an older Deno does not know the target.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { tryDeno } from "./deno.ts";
import { bundleProgram, compileArguments } from "./executable.ts";
import { dist, releaseDirectory, root } from "./paths.ts";
import { checksumsOf, formatChecksums } from "./release/checksums.ts";
import { knownTargets } from "./release/known_targets.ts";
import { executableName, type Target, TARGETS } from "./release/targets.ts";

if (import.meta.main) {
  const { values } = parseArgs({ options: { partial: { type: "boolean" } } });
  Deno.exit(await compileAll({ partial: values.partial ?? false }));
}

/** Makes what can be made, and returns the exit status. */
async function compileAll({ partial }: { readonly partial: boolean }): Promise<number> {
  const program = await bundleProgram(`${root}main.ts`, dist);
  await Deno.mkdir(releaseDirectory, { recursive: true });
  const known = await knownTargets();
  const made: Target[] = [];
  for (const target of TARGETS) {
    const output = `${releaseDirectory}/${executableName(target)}`;
    // What an earlier version left must not pass for this one's.
    await Deno.remove(output).catch(() => {});
    if (!known.includes(target)) continue;
    const args = compileArguments(program, output).toSpliced(1, 0, "--target", target);
    if (await tryDeno(args, dist, { env: environmentFor(target) }) === 0) made.push(target);
  }
  const sums = await checksumsOf(releaseDirectory, made.map(executableName));
  await Deno.writeTextFile(`${releaseDirectory}/SHA256SUMS`, formatChecksums(sums));
  const unknown = TARGETS.filter((target) => !known.includes(target));
  const missing = known.filter((target) => !made.includes(target));
  print(`Made in ${releaseDirectory}: ${made.map(executableName).join(", ") || "nothing"}\n`);
  if (unknown.length > 0) {
    print(`Not made, since Deno ${Deno.version.deno} does not know them: ${unknown.join(", ")}\n`);
  }
  if (missing.length === 0) return 0;
  print(`Not made, since Deno has no runtime for them here: ${missing.join(", ")}\n`);
  if (partial && made.length > 0) return 0;
  print("That is a failure; with --partial it is none.\n");
  return 1;
}

function environmentFor(target: Target): Record<string, string> {
  const { DENORT_BIN: _, ...others } = Deno.env.toObject();
  return target === Deno.build.target ? Deno.env.toObject() : others;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
