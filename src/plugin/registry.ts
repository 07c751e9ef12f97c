/**
 * Which plugins there are.
 *
 * @module
 */

import type { Plugin } from "./manifest.ts";

/**
 * Loads a plugin's module. What kind of options the plugin makes of what it reads is its own affair:
 * nobody else looks into them.
 */
// deno-lint-ignore no-explicit-any
export type PluginLoader = () => Promise<Plugin<any>>;

/** Plugins by `plugin.id`, each loaded when a variable names it. */
export type PluginRegistry = ReadonlyMap<string, PluginLoader>;
