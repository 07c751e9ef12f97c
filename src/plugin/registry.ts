/**
 * Which plugins there are.
 *
 * @module
 */

import type { Plugin } from "./handler.ts";

/** Loads a plugin's module. */
export type PluginLoader = () => Promise<Plugin>;

/** Plugins by `plugin.id`, each loaded when a variable names it. */
export type PluginRegistry = ReadonlyMap<string, PluginLoader>;
