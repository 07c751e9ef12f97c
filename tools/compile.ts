/**
 * Makes `dist/wev`: wev, its packages and Deno's runtime in one executable.
 *
 * Deno downloads the bare runtime of its own version; `DENORT_BIN` names one that is there already.
 *
 * @module
 */

import { makeExecutable } from "./executable.ts";
import { dist, executable, root } from "./paths.ts";

if (import.meta.main) {
  await makeExecutable({ entry: `${root}main.ts`, workDirectory: dist, output: executable });
  const { size } = await Deno.stat(executable);
  await Deno.stdout.write(
    new TextEncoder().encode(`${executable} (${(size / 1e6).toFixed(1)} MB)\n`),
  );
}
