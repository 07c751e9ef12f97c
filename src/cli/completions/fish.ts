/**
 * Completions for fish.
 *
 * @module
 */

import type { OptionSpec } from "../options.ts";

/** Returns the script for fish. */
export function fishCompletions(options: readonly OptionSpec[]): string {
  const valued = options.filter(({ value }) => value !== undefined).map(({ name }) => name);
  const lines = options.map(({ name, short, value, choices, summary }) => {
    const words = ["complete -c wev -n __wev_before_command -l", name.slice(2)];
    if (short !== undefined) words.push("-s", short.slice(1));
    if (value !== undefined) words.push("-x");
    if (choices !== undefined) words.push("-a", quote(choices.join(" ")));
    return [...words, "-d", quote(summary)].join(" ");
  });
  return `# fish completions of wev. In ~/.config/fish/config.fish: wev --completions fish | source

# Prints the words from the command on. Fails if there is no command yet.
function __wev_command
    set -l words (commandline -opc)
    set -e words[1]
    while set -q words[1]
        switch $words[1]
            case --
                set -e words[1]
                break
            case ${valued.join(" ")}
                set -e words[1]
                set -q words[1]; and set -e words[1]
            case '-*'
                set -e words[1]
            case '*'
                break
        end
    end
    set -q words[1]; or return 1
    string escape -- $words
end

function __wev_before_command
    not __wev_command >/dev/null
end

# Completes the command as if wev were not there.
function __wev_complete_command
    complete -C (string join ' ' -- (__wev_command) (commandline -ct))
end

complete -c wev -f
${lines.join("\n")}
complete -c wev -n __wev_before_command -a '(__fish_complete_command)'
complete -c wev -n __wev_command -a '(__wev_complete_command)'
`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/g, "\\$&")}'`;
}
