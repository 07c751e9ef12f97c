/**
 * Where things are while wev is compiled.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The repository. */
export const root: string = fileURLToPath(new URL("../", import.meta.url));
/** What is made; git does not keep it. */
export const dist = `${root}dist`;
/** The packages as files, for esbuild: Deno itself keeps them elsewhere. */
export const packagesDirectory = `${dist}/packages`;
/** The executable. */
export const executable = `${dist}/wev${Deno.build.os === "windows" ? ".exe" : ""}`;
/** What a release consists of. */
export const releaseDirectory = `${dist}/release`;
