/**
 * Completions for bash 3.2 or newer. The package bash-completion adds those of the command.
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

# Completes the value of the option $1 that starts with $2. Fails if $1 has no fixed set of values.
_wev_value() {
  local value="$2"
  case "$1" in
${choices.join("")}    *) return 1 ;;
  esac
}

_wev() {
  local current="\${COMP_WORDS[COMP_CWORD]}" at=1 word
  COMPREPLY=()
  # Find the start of the command. bash treats "=" as a separate word.
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

# Completes the command that starts at word number $1 as if wev were not there.
_wev_command() {
  local name="\${COMP_WORDS[$1]##*/}" spec
  # Load the completion of the command, if it is loaded on demand.
  if ! complete -p -- "$name" >/dev/null 2>&1; then
    if type _comp_load >/dev/null 2>&1; then _comp_load -- "$name"
    elif type _completion_loader >/dev/null 2>&1; then _completion_loader "$name"
    fi >/dev/null 2>&1
  fi
  spec="$(complete -p -- "$name" 2>/dev/null)"
  case "$spec" in
    *" -C "*) _wev_by_program "$1" "$spec" ;;
    *)
      if type _comp_command_offset >/dev/null 2>&1; then
        _comp_command_offset "$1"
      elif type _command_offset >/dev/null 2>&1; then
        _command_offset "$1"
      else
        _wev_without_package "$1" "$spec"
      fi ;;
  esac
}

# Drops the words before number $1, so that the completion of the command sees only its own line.
_wev_drop_words() {
  local at
  for ((at = 0; at < $1; at++)); do
    COMP_LINE="\${COMP_LINE#*"\${COMP_WORDS[at]}"}"
  done
  while [ "\${COMP_LINE# }" != "$COMP_LINE" ]; do COMP_LINE="\${COMP_LINE# }"; done
  COMP_POINT=\${#COMP_LINE}
  COMP_WORDS=("\${COMP_WORDS[@]:$1}")
  COMP_CWORD=$((COMP_CWORD - $1))
}

# Completes with the program that complete -C in the specification $2 names: aws, terraform and vault
# have one. It reads the line from environment variables.
_wev_by_program() {
  local word specification="$2" program=""
  COMP_LINE="\${COMP_LINE:0:COMP_POINT}"
  _wev_drop_words "$1"
  # bash has quoted it for the shell.
  eval "set -- $specification"
  while [ "$#" -gt 1 ]; do
    case "$1 $2" in
      "-o nospace") type compopt >/dev/null 2>&1 && compopt -o nospace 2>/dev/null ;;
      "-C "*) program="$2" ;;
    esac
    shift
  done
  while IFS= read -r word; do
    COMPREPLY+=("$word")
  done < <(
    export COMP_LINE COMP_POINT COMP_KEY COMP_TYPE
    eval "$program"' "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"' \
      2>/dev/null
  )
}

# Without the package bash-completion: completes with the function that the specification $2 names.
_wev_without_package() {
  local function="\${2##*-F }"
  if [ -z "$2" ] || [ "$function" = "$2" ]; then
    COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
    return
  fi
  function="\${function%% *}"
  _wev_drop_words "$1"
  "$function" "\${COMP_WORDS[0]}" "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD - 1]}"
}

complete -o default -F _wev wev
`;
}
