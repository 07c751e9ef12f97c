/**
 * Makes executables: a program, its packages and Deno's runtime in one file.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { bundle } from "./bundle.ts";
import { deno, type DenoOptions } from "./deno.ts";

/** What an executable is made of, and where. */
export interface ExecutableOptions extends DenoOptions {
  /** The module that the program begins with. */
  readonly entry: string;
  /** Where what is made on the way goes. */
  readonly workDirectory: string;
  /** The executable. */
  readonly output: string;
}

/** A program that only lacks a runtime. */
export interface BundledProgram {
  /** Its modules. */
  readonly directory: string;
  /** The one that it begins with. */
  readonly entry: string;
  /** The configuration it is compiled with. */
  readonly configuration: string;
}

/** Makes an executable for this machine that has the permissions of deno.json. */
export async function makeExecutable(options: ExecutableOptions): Promise<void> {
  const program = await bundleProgram(options.entry, options.workDirectory);
  await deno(compileArguments(program, options.output), options.workDirectory, options);
}

/** Puts the program that begins at `entry` into `workDirectory`, with the permissions of deno.json. */
export async function bundleProgram(entry: string, workDirectory: string): Promise<BundledProgram> {
  const directory = `${workDirectory}/bundle`;
  const configuration = `${workDirectory}/deno.json`;
  const main = await bundle(entry, directory);
  // A configuration of its own: with that of the repository, Deno would embed every package of it.
  await Deno.writeTextFile(configuration, JSON.stringify({ permissions: manifest.permissions }));
  return { directory, entry: main, configuration };
}

/** Returns the words after `deno` that make `program` the executable `output`. */
export function compileArguments(program: BundledProgram, output: string): string[] {
  return [
    "compile",
    "--quiet",
    "--no-check",
    "--no-lock",
    "--permission-set",
    "--no-prompt",
    // The cache would be a file in the temporary directory, which others could write before us.
    "--no-code-cache",
    // It runs too short for machine code to pay, and some systems forbid making any.
    "--v8-flags=--jitless",
    "--config",
    program.configuration,
    "--include",
    program.directory,
    "--output",
    output,
    program.entry,
  ];
}
