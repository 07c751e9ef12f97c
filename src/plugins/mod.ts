/**
 * The plugins that are built in.
 *
 * @module
 */

import type { PluginLoader, PluginRegistry } from "../plugin/mod.ts";

/** The built-in plugins by `plugin.id`. A new one is one more line. */
export const builtinPlugins: PluginRegistry = new Map<string, PluginLoader>([
  ["wev-echo", async () => (await loadEcho()).echo],
  ["wev-awsmfa", async () => (await loadAwsMfa()).awsMfa],
]);

// Not literals in the `import()`s: Deno would read the AWS SDK too, whichever plugin is wanted.
function loadEcho(): Promise<typeof import("./echo.ts")> {
  return import(["./echo.ts"].join());
}

function loadAwsMfa(): Promise<typeof import("./aws_mfa/mod.ts")> {
  return import(["./aws_mfa/mod.ts"].join());
}
