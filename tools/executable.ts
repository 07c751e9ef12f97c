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

/** Makes an executable that has the permissions of deno.json. */
export async function makeExecutable(options: ExecutableOptions): Promise<void> {
  const { entry, workDirectory, output } = options;
  const bundleDirectory = `${workDirectory}/bundle`;
  const program = await bundle(entry, bundleDirectory);
  // A configuration of its own: with that of the repository, Deno would embed every package of it.
  const configuration = `${workDirectory}/deno.json`;
  await Deno.writeTextFile(configuration, JSON.stringify({ permissions: manifest.permissions }));
  await deno(
    [
      "compile",
      "--quiet",
      "--no-check",
      "--no-lock",
      "--permission-set",
      "--no-prompt",
      // The cache would be a file in the temporary directory, which others could write before us.
      "--no-code-cache",
      "--config",
      configuration,
      "--include",
      bundleDirectory,
      "--output",
      output,
      program,
    ],
    workDirectory,
    options,
  );
}
