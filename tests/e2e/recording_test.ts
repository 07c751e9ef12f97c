/**
 * That the README shows what wev does.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import { playSession } from "../../tools/recording/session.ts";
import { linesOfSvg, recordingSvg } from "../../tools/recording/svg.ts";

const root = new URL("../../", import.meta.url);

Deno.test({
  name: "the README's recording shows what wev does (else: deno task recording)",
  ignore: Deno.build.os === "windows",
  async fn() {
    const svg = await Deno.readTextFile(new URL("docs/recording.svg", root));
    const shown = await playSession();
    deepStrictEqual(linesOfSvg(svg), shown);
    // Everything else in it follows from the lines.
    deepStrictEqual(recordingSvg(shown), svg);
  },
});

Deno.test("the README begins with the recording", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  ok(readme.slice(0, 1000).includes("](docs/recording.svg)"), readme.slice(0, 1000));
});
