/**
 * Completions for bash, 3.2 or newer; with the package bash-completion also those of the command.
 *
 * @module
 */

import type { OptionSpec } from "../options.ts";

/** Returns the script for bash. */
export function bashCompletions(options: readonly OptionSpec[]): string {
  const names = options.flatMap(({ name, short }) => short === undefined ? [name] : [name, short]);
  const valued = options.filter(({ value }) => value !== undefined).map(({ name }) => name);
  const choices = options.filter(({ choices }) => choices !== undefined).map(({ name, choices }) =>
    `    ${name}) COMPREPLY=($(compgen -W '${choices!.join(" ")}' -- "$value")); return ;;\n`
  );
  return `# bash completions of wev. In ~/.bashrc: source <(wev --completions bash)

# Completes the value of the option $1 that begins with $2; fails where $1 takes none of a few.
_wev_value() {
  local value="$2"
  case "$1" in
${choices.join("")}    *) return 1 ;;
  esac
}

_wev() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at=1 word
  COMPREPLY=()
  # Where the command begins. bash makes "=" a word of its own.
  while [ "$at" -lt "$COMP_CWORD" ]; do
    word="\${COMP_WORDS[at]}"
    case "$word" in
      --) at=$((at + 1)); break ;;
      ${valued.join("|")})
        [ "\${COMP_WORDS[at + 1]}" = "=" ] && at=$((at + 1))
        if [ $((at + 1)) -ge "$COMP_CWORD" ]; then
          [ "$current" = "=" ] && current=""
          _wev_value "$word" "$current"
          return
        fi
        at=$((at + 2)) ;;
      -*) at=$((at + 1)) ;;
      *) break ;;
    esac
  done
  if [ "$at" -lt "$COMP_CWORD" ]; then
    _wev_command "$at"
  elif [ "\${current#-}" != "$current" ] && [ "\${COMP_WORDS[at - 1]}" != "--" ]; then
    COMPREPLY=($(compgen -W '${names.join(" ")}' -- "$current"))
  else
    COMPREPLY=($(compgen -c -- "$current"))
  fi
}

# Completes the command that begins at the word number $1 as if it stood alone.
_wev_command() {
  if type _comp_command_offset >/dev/null 2>&1; then
    _comp_command_offset "$1"
  elif type _command_offset >/dev/null 2>&1; then
    _command_offset "$1"
  else
    _wev_without_package "$1"
  fi
}

# The same, where the package bash-completion is not loaded: by the function that bash knows.
_wev_without_package() {
  local line program action
  program="\${COMP_WORDS[$1]}"
  line="$(complete -p -- "\${program##*/}" 2>/dev/null)"
  action="\${line##*-F }"
  if [ -z "$line" ] || [ "$action" = "$line" ]; then
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    return
  fi
  action="\${action%% *}"
  COMP_WORDS=("\${COMP_WORDS[@]:$1}")
  COMP_CWORD=$((COMP_CWORD - $1))
  COMP_LINE="\${COMP_WORDS[*]}"
  COMP_POINT=\${#COMP_LINE}
  "$action" "$program" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
}

complete -o default -F _wev wev
`;
}
