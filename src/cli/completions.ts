/**
 * Completions of wev's command line: its own options, then whatever the command's own completion says.
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

/** Returns the script that has `shell` complete wev's command line. */
export function completionsFor(shell: Shell): string {
  return BY_SHELL[shell](OPTIONS);
}
