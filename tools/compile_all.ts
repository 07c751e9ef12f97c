/**
 * Makes an executable for every target in `dist/release`, and `SHA256SUMS`.
 *
 * Deno downloads the bare runtime of each target, which is checked by the digest that Deno's releases
 * publish, and noted in `DENORT_SHA256SUMS`. `DENORT_BIN` names one for this machine that is there
 * already; it counts for no other target, and is not checked. Whatever can't be made, or checked, is said.
 * It is a failure unless `--partial` allows it, or an older Deno does not know the target.
 *
 * @module
 */

import { parseArgs } from "node:util";
import { tryDeno } from "./deno.ts";
import { bundleProgram, compileArguments } from "./executable.ts";
import { dist, releaseDirectory, root } from "./paths.ts";
import { checksumsOf, formatChecksums } from "./release/checksums.ts";
import { knownTargets } from "./release/known_targets.ts";
import { checkedRuntime, type RuntimesOptions, WrongRuntimeError } from "./release/runtimes.ts";
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
  const runtimes: RuntimesOptions = {
    version: Deno.version.deno,
    denoDirectory: await denoDirectory(),
    fetchText,
  };
  const runtimeSums = new Map<string, string>();
  const made: Target[] = [];
  for (const target of TARGETS) {
    const output = `${releaseDirectory}/${executableName(target)}`;
    // What an earlier version left must not pass for this one's.
    await Deno.remove(output).catch(() => {});
    if (!known.includes(target)) continue;
    const args = compileArguments(program, output).toSpliced(1, 0, "--target", target);
    if (await tryDeno(args, dist, { env: environmentFor(target) }) !== 0) continue;
    try {
      if (isGiven(target)) throw new Error("DENORT_BIN has no published digest");
      for (const [name, sum] of await checkedRuntime(target, runtimes)) runtimeSums.set(name, sum);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      print(`The runtime for ${target} is not checked: ${reason}\n`);
      if (!partial || error instanceof WrongRuntimeError) {
        await Deno.remove(output);
        continue;
      }
    }
    made.push(target);
  }
  await Deno.writeTextFile(`${releaseDirectory}/DENORT_SHA256SUMS`, formatChecksums(runtimeSums));
  const sums = await checksumsOf(releaseDirectory, made.map(executableName));
  await Deno.writeTextFile(`${releaseDirectory}/SHA256SUMS`, formatChecksums(sums));
  const unknown = TARGETS.filter((target) => !known.includes(target));
  const missing = known.filter((target) => !made.includes(target));
  print(`Made in ${releaseDirectory}: ${made.map(executableName).join(", ") || "nothing"}\n`);
  if (unknown.length > 0) {
    print(`Not made, since Deno ${Deno.version.deno} does not know them: ${unknown.join(", ")}\n`);
  }
  if (missing.length === 0) return 0;
  print(`Not made, since Deno has no checked runtime for them here: ${missing.join(", ")}\n`);
  if (partial && made.length > 0) return 0;
  print("That is a failure; with --partial it is none.\n");
  return 1;
}

function environmentFor(target: Target): Record<string, string> {
  const { DENORT_BIN: _, ...others } = Deno.env.toObject();
  return isGiven(target) ? Deno.env.toObject() : others;
}

function isGiven(target: Target): boolean {
  return target === Deno.build.target && Deno.env.has("DENORT_BIN");
}

/** Returns the text at `url`. */
async function fetchText(url: string): Promise<string> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  return await response.text();
}

async function denoDirectory(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
