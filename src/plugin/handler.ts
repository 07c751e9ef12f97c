/**
 * What a plugin does: code that explains and resolves a variable.
 *
 * @module
 */

import type { ExplainContext, PluginBasis, Resolution, ResolveContext } from "./context.ts";
import type { KeptUse } from "./keep.ts";
import type { Manifest } from "./manifest.ts";
import type { OptionTable, OptionValues } from "./option_table.ts";

/** What is wrong with the options, or with the names. */
export interface OptionProblem {
  /** The option at fault; the names of the variable if there is none. */
  readonly option?: string;
  /** What is wrong, to follow the option's name (`must be …`), or else the plugin's (`sets one name`). */
  readonly problem: string;
  /**
   * What would be right, as YAML.
   *
   * @default the example of the option
   */
  readonly example?: string;
}

/** Code that explains and resolves variables. `Options` are the options, read as the manifest says. */
export interface Handler<Options = unknown> {
  /** Returns what is wrong with options that each are right, or with the names of the variable. */
  check?(options: Options, names: readonly string[]): OptionProblem | undefined;

  /**
   * Returns the variables it needs, secrets too, that other variables of the configuration may set: those
   * are resolved first.
   */
  needs?(options: Options): readonly string[];

  /** Returns the values if they depend on the options alone: then nothing else is asked. */
  constant?(options: Options): readonly string[];

  /**
   * Returns what the values depend on that stands in files, and those files. While the files are as
   * they were, and when they change but say the same, cached values hold.
   *
   * @throws {WevError} if the files make no sense.
   */
  basis?(options: Options, context: ExplainContext): Promise<PluginBasis>;

  /**
   * Returns the kept values that it would use, as far as these are known without a request: they are
   * listed as used, and forgotten with the variable's own.
   *
   * @throws {WevError} if it can't resolve at all.
   */
  keeps?(options: Options, context: ExplainContext): Promise<readonly KeptUse[]>;

  /** Returns what it will do, a sentence a line. No network, no question, no secret. */
  explain(options: Options, context: ExplainContext): string[] | Promise<string[]>;

  /**
   * Returns the values.
   *
   * @throws {WevError} if it can't.
   */
  resolve(options: Options, context: ResolveContext): Promise<Resolution>;
}

/** A plugin: what it is and needs, and what it does. */
export interface Plugin<Options = unknown, Table extends OptionTable = OptionTable>
  extends Handler<Options> {
  /** What it is and needs. */
  readonly manifest: Manifest<Table>;
}

/** Returns `plugin`: its handler gets options of the types that the manifest's table gives them. */
export function definePlugin<const Table extends OptionTable>(
  plugin: Plugin<OptionValues<Table>, Table>,
): Plugin {
  return plugin;
}
