/**
 * The plugins that are built in.
 *
 * @module
 */

import type { PluginLoader, PluginRegistry } from "../plugin/mod.ts";

/** The built-in plugins by `plugin.id`. A new one is one more line. */
export const builtinPlugins: PluginRegistry = new Map<string, PluginLoader>([
  ["wev-echo", async () => (await import("./echo.ts")).echo],
  ["wev-awsmfa", async () => (await import("./aws_mfa/mod.ts")).awsMfa],
]);
