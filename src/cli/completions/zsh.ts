/**
 * Completions for zsh.
 *
 * @module
 */

import type { OptionSpec } from "../options.ts";

/** Returns the script for zsh. It can be sourced, or saved as `_wev` in a directory of `$fpath`. */
export function zshCompletions(options: readonly OptionSpec[]): string {
  const specs = options.flatMap((option) => {
    const { name, short, value } = option;
    const text = quote(`[${option.summary.replaceAll(/[[\]\\:]/g, "\\$&")}]${valueOf(option)}`);
    return [`${name}${value === undefined ? "" : "="}${text}`, ...short ? [`${short}${text}`] : []];
  });
  return `#compdef wev
# zsh completions of wev. In ~/.zshrc, after compinit: source <(wev --completions zsh)

_wev() {
  # First the options of wev. From the command on, complete as if wev were not there.
  _arguments -S -A '-*' \\
    ${specs.join(" \\\n    ")} \\
    '1:command: _command_names -e' \\
    '*::argument: _wev_command'
}

_wev_command() {
  if [[ "$words[1]" = -- ]]; then
    shift words
    (( CURRENT-- ))
  fi
  _normal
}

if [ "$funcstack[1]" = _wev ]; then
  _wev "$@"
else
  compdef _wev wev
fi
`;
}

function valueOf({ value, choices }: OptionSpec): string {
  if (value === undefined) return "";
  return `:${value}:${choices === undefined ? " " : `(${choices.join(" ")})`}`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
