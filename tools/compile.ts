/**
 * Makes `dist/wev`: wev, its packages and Deno's runtime in one executable.
 *
 * Deno downloads the bare runtime of its own version; `DENORT_BIN` names one that is there already.
 *
 * @module
 */

import manifest from "../deno.json" with { type: "json" };
import { bundle } from "./bundle.ts";
import { deno } from "./deno.ts";
import { bundleDirectory, dist, executable } from "./paths.ts";

/** Bundles and compiles wev. */
async function compile(): Promise<void> {
  await bundle();
  // A configuration of its own: with that of the repository, Deno would embed every package of it.
  const configuration = `${dist}/deno.json`;
  await Deno.writeTextFile(configuration, JSON.stringify({ permissions: manifest.permissions }));
  await deno([
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
    executable,
    `${bundleDirectory}/main.js`,
  ], dist);
}

if (import.meta.main) {
  await compile();
  const { size } = await Deno.stat(executable);
  await Deno.stdout.write(
    new TextEncoder().encode(`${executable} (${(size / 1e6).toFixed(1)} MB)\n`),
  );
}
