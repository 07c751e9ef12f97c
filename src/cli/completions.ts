/**
 * Shell completions: the options of wev, then the completions of the command.
 *
 * @module
 */

import { bashCompletions } from "./completions/bash.ts";
import { fishCompletions } from "./completions/fish.ts";
import { powershellCompletions } from "./completions/powershell.ts";
import { zshCompletions } from "./completions/zsh.ts";
import { OPTIONS, type OptionSpec, type Shell } from "./options.ts";

const BY_SHELL: Readonly<Record<Shell, (options: readonly OptionSpec[]) => string>> = {
  bash: bashCompletions,
  zsh: zshCompletions,
  fish: fishCompletions,
  powershell: powershellCompletions,
};

/** Returns the completion script for `shell`. */
export function completionsFor(shell: Shell): string {
  return BY_SHELL[shell](OPTIONS);
}
