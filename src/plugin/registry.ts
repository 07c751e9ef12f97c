/**
 * The registry of plugins.
 *
 * @module
 */

import type { Plugin } from "./handler.ts";

/** Loads a plugin's module. */
export type PluginLoader = () => Promise<Plugin>;

/** Plugins by `plugin.id`. A plugin is loaded when a variable names it. */
export type PluginRegistry = ReadonlyMap<string, PluginLoader>;
