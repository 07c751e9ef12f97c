/**
 * Reports what the tests cover of `main.ts` and `src`, and fails below the thresholds of deno.json.
 *
 * @module
 */

import { deno } from "./deno.ts";
import { root } from "./paths.ts";

if (import.meta.main) {
  // By the whole URL: any folder above may be called `src` or `tests`.
  const base = new URL("../", import.meta.url).href.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  await deno(["coverage", `--include=^${base}(main\\.ts$|src/)`, "coverage"], root);
}
