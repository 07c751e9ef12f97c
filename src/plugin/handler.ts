/**
 * The code of a plugin: it explains and resolves a variable.
 *
 * @module
 */

import type { ExplainContext, PluginBasis, Resolution, ResolveContext } from "./context.ts";
import type { KeptUse } from "./keep.ts";
import type { Manifest } from "./manifest.ts";
import type { OptionTable, OptionValues } from "./option_table.ts";

/** A problem with the options or the names. */
export interface OptionProblem {
  /** The option at fault; if omitted, the names of the variable are. */
  readonly option?: string;
  /** The problem. It follows the name of the option (`must be …`) or of the plugin (`sets one name`). */
  readonly problem: string;
  /**
   * A valid example, as YAML.
   *
   * @default the example of the option
   */
  readonly example?: string;
}

/** Code that explains and resolves variables. `Options` is the type of the options of the manifest. */
export interface Handler<Options = unknown> {
  /** Returns a problem with the combination of options, each valid by itself, or with the names. */
  check?(options: Options, names: readonly string[]): OptionProblem | undefined;

  /**
   * Returns the variables it needs, including secret ones. If the configuration sets them, they are
   * resolved first.
   */
  needs?(options: Options): readonly string[];

  /** Returns the values if they depend only on the options. Then `resolve` is not called. */
  constant?(options: Options): readonly string[];

  /**
   * Returns the inputs from files that the values depend on, and those files. Cached values are valid
   * while the files are unchanged, or have changed but have the same inputs.
   *
   * @throws {WevError} if the files are invalid.
   */
  basis?(options: Options, context: ExplainContext): Promise<PluginBasis>;

  /**
   * Returns the kept values that it would use, if they are known without a request. They are listed as
   * used, and forgotten together with the variable's own entry.
   *
   * @throws {WevError} if it can't resolve the variable.
   */
  keeps?(options: Options, context: ExplainContext): Promise<readonly KeptUse[]>;

  /** Returns what it will do, one sentence per line. No network, no question, no secret. */
  explain(options: Options, context: ExplainContext): string[] | Promise<string[]>;

  /**
   * Returns the values.
   *
   * @throws {WevError} if it can't.
   */
  resolve(options: Options, context: ResolveContext): Promise<Resolution>;
}

/** A plugin: its manifest and its code. */
export interface Plugin<Options = unknown, Table extends OptionTable = OptionTable>
  extends Handler<Options> {
  /** Its manifest. */
  readonly manifest: Manifest<Table>;
}

/** Returns `plugin`. It gives the handler's options the types from the option table. */
export function definePlugin<const Table extends OptionTable>(
  plugin: Plugin<OptionValues<Table>, Table>,
): Plugin {
  return plugin;
}
