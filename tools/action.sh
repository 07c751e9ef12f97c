#!/usr/bin/env bash
# The step of action.yml: installs wev for the job, then runs a command or exports the variables.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"

# Prints the version of the action itself: its tag and its manifest have the same.
own_version() {
  sed -n 's/^  "version": "\([^"]*\)",$/\1/p' "$here/deno.json"
}

version="${WEV_ACTION_VERSION:-$(own_version)}"
directory="$RUNNER_TEMP/wev-$version"
# The environment of a job is also what earlier steps, and a repository, make of it: none of it says what
# is installed.
unset WEV_DOWNLOAD_BASE WEV_TARGET
(
  export WEV_VERSION="$version"
  # The token is of the GitHub that runs the job; only one of them has the attestations.
  if [ "${GITHUB_SERVER_URL:-https://github.com}" = https://github.com ] &&
    [ -n "${WEV_ACTION_GITHUB_TOKEN:-}" ]; then
    export GH_TOKEN="$WEV_ACTION_GITHUB_TOKEN"
  fi
  sh "$here/install.sh" "$directory"
)
if command -v cygpath >/dev/null; then
  # bash on Windows: a colon ends a directory of its PATH.
  export PATH="$(cygpath --unix "$directory"):$PATH"
else
  export PATH="$directory:$PATH"
fi
# Later steps find it too.
echo "$directory" >>"$GITHUB_PATH"

cd "${WEV_ACTION_DIRECTORY:-.}"
command="${WEV_ACTION_COMMAND:-}"
# Without the input, what the job says counts.
if [ -n "${WEV_ACTION_REQUIRE:-}" ]; then export WEV_REQUIRE="$WEV_ACTION_REQUIRE"; fi
# The command is to meet none of what is the action's own.
unset WEV_ACTION_VERSION WEV_ACTION_DIRECTORY WEV_ACTION_COMMAND WEV_ACTION_REQUIRE \
  WEV_ACTION_GITHUB_TOKEN
# Nobody is there to answer: without a terminal wev asks nothing.
if [ -n "$command" ]; then
  exec wev bash -euo pipefail -c "$command" </dev/null
else
  exec wev --export=github </dev/null
fi
