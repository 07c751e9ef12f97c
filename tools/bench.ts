/**
 * Measures what wev costs, beside what its work costs without it. Nothing is saved.
 *
 * ```sh
 * deno task bench --rounds 50
 * ```
 *
 * @module
 */

import { parseArgs } from "node:util";
import { contests } from "./bench/contest.ts";
import { measure } from "./bench/measure.ts";
import { Scene } from "./bench/scene.ts";
import { tableOf } from "./bench/table.ts";

if (import.meta.main) {
  const { values } = parseArgs({ options: { rounds: { type: "string", default: "30" } } });
  await using scene = new Scene();
  await scene.signIn();
  for (const { title, contenders } of await contests(scene)) {
    const table = tableOf(title, await measure(contenders, Number(values.rounds)));
    await Deno.stdout.write(new TextEncoder().encode(`${table}\n`));
  }
}
