/**
 * Makes `docs/recording.svg`, which the README begins with, from an actual session: a shell on a
 * terminal, the local AWS, and wev as it is now. A test holds the two equal.
 *
 * @module
 */

import { root } from "./paths.ts";
import { playSession } from "./recording/session.ts";
import { recordingSvg } from "./recording/svg.ts";

if (import.meta.main) {
  await Deno.writeTextFile(`${root}docs/recording.svg`, recordingSvg(await playSession()));
  // The terminal's patience, half a minute, would be waited for.
  Deno.exit(0);
}
