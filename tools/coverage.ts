/**
 * Reports what the tests cover of `main.ts` and `src`, and fails below the thresholds of deno.json.
 *
 * @module
 */

import { deno } from "./deno.ts";
import { root } from "./paths.ts";

const DIRECTORY = `${root}coverage`;

if (import.meta.main) {
  removeUnfinished();
  // By the whole URL: any folder above may be called `src` or `tests`.
  const base = new URL("../", import.meta.url).href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  await deno(["coverage", `--include=^${base}(main\\.ts$|src/)`, "coverage"], root);
}

/** Removes what a program that a test killed had not written to its end: Deno refuses to read it. */
function removeUnfinished(): void {
  for (const { name } of Deno.readDirSync(DIRECTORY)) {
    const path = `${DIRECTORY}/${name}`;
    if (name.endsWith(".json") && !isFinished(path)) Deno.removeSync(path);
  }
}

/** Returns whether a file ends as an object of JSON does. */
function isFinished(path: string): boolean {
  using file = Deno.openSync(path);
  const { size } = file.statSync();
  if (size === 0) return false;
  const last = new Uint8Array(1);
  file.seekSync(size - 1, Deno.SeekMode.Start);
  file.readSync(last);
  return last[0] === "}".charCodeAt(0);
}
