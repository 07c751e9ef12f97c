#!/bin/sh
# Installs wev: finds the executable for this machine, checks its SHA-256 and, where `gh` can, who made it,
# and puts it into a directory.
#
#   curl --proto '=https' --tlsv1.2 -fsSL https://github.com/x/wev/releases/latest/download/install.sh | sh
#   sh install.sh [DIRECTORY]              default: ~/.local/bin
#
# WEV_VERSION        the version, such as 0.1.0; the latest where it is not set
# WEV_DOWNLOAD_BASE  where the releases are, by HTTPS; GitHub where it is not set
# WEV_TARGET         the machine, such as x86_64-unknown-linux-gnu; found out where it is not set
set -eu

main() {
  directory="${1:-${HOME:?is not set: name a directory}/.local/bin}"
  base="${WEV_DOWNLOAD_BASE:-https://github.com/x/wev/releases}"
  scheme="$(scheme_of "$base")"
  target="${WEV_TARGET:-$(find_target)}"
  check_target "$target"
  file="wev-$target"
  name=wev
  case "$target" in *windows*) file="$file.exe" name=wev.exe ;; esac
  version="${WEV_VERSION:-latest}"
  case "$version" in
    *[!0-9A-Za-z.+-]*) fail "WEV_VERSION is no version: $version" ;;
    latest) url="$base/latest/download" ;;
    v*) url="$base/download/$version" ;;
    *) url="$base/download/v$version" ;;
  esac

  mkdir -p -- "$directory" || fail "Cannot make the directory $directory"
  # Not relative, and so no option of a program either.
  directory="$(CDPATH='' cd -- "$directory" && pwd)" || fail "Cannot use the directory $directory"
  check_place "$directory/$name"
  # In the directory itself, so that the last step is a rename: a wev that runs is not disturbed.
  work="$(mktemp -d "$directory/.wev-install.XXXXXX" 2>/dev/null)" || fail "Cannot write to $directory"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 129' HUP
  trap 'exit 130' INT
  trap 'exit 143' TERM

  say "Downloading $url/$file"
  download "$url/SHA256SUMS" "$work/SHA256SUMS"
  download "$url/$file" "$work/$file"
  check_digest "$work/$file" "$file" "$work/SHA256SUMS"
  check_origin "$work/$file"
  chmod 755 "$work/$file"
  shown="$("$work/$file" --version)" || fail "The executable does not run on this machine"
  # Again, as late as can be: mv would put it into a directory.
  check_place "$directory/$name"
  mv -f "$work/$file" "$directory/$name" || fail "Cannot write $directory/$name"
  say "Installed $directory/$name: $shown"
  case ":$PATH:" in
    *":$directory:"*) ;;
    *) say "To use it, put $directory on your PATH: export PATH=\"$directory:\$PATH\"" ;;
  esac
  tell_of_others "$directory/$name"
}

say() {
  echo "wev install: $1" >&2
}

fail() {
  say "$1"
  exit 1
}

# Prints how the URL $1 is fetched: by HTTPS, and from this machine itself by HTTP too.
scheme_of() {
  case "$1" in
    https://*) echo https && return ;;
    http://127.0.0.1:*) port="${1#http://127.0.0.1:}" ;;
    http://localhost:*) port="${1#http://localhost:}" ;;
    *) port=none ;;
  esac
  # Whatever stands before an @ is no host.
  case "${port%%/*}" in
    "" | *[!0-9]*) fail "WEV_DOWNLOAD_BASE must begin with https://, and is $1" ;;
  esac
  echo http
}

# Fails where the executable can't take the place of what is at the path $1.
check_place() {
  # A link to nothing is replaced, and so is one to a wev, which stays as it is.
  [ -e "$1" ] || return 0
  [ -f "$1" ] ||
    fail "$1 is in the way, and is no file: nothing is installed. Move it, or name another directory"
  [ -L "$1" ] || [ "$(id -u)" -eq 0 ] || [ -O "$1" ] ||
    fail "$1 belongs to another user: nothing is installed. Name another directory"
  case "$(kind_of "$1")" in
    wev) ;;
    python) fail "$1 is Python's wev: nothing is installed. Remove it first: $(removal_of "$1")" ;;
    *) fail "$1 is in the way, and is another program: nothing is installed. Move it, or name another directory" ;;
  esac
}

# Prints what the file $1 is: wev, python (the wev that pip installs), or other.
kind_of() {
  if [ -n "$(interpreter_of "$1")" ]; then
    echo python
  elif LC_ALL=C grep -q wev-awsmfa "$1" 2>/dev/null; then
    echo wev
  # Only what is this user's own is run.
  elif [ -x "$1" ] && [ -O "$1" ] && "$1" --version 2>/dev/null </dev/null | grep -q '^wev [0-9]'; then
    echo wev
  else
    echo other
  fi
}

# Prints the Python that the script $1 begins with: by itself, by env, by sh where its path is long or has
# blanks, by pyenv; or in the small program that pip puts before a script on Windows.
interpreter_of() {
  found="$(head -c 1024 "$1" 2>/dev/null | tr -d '\000\r' | LC_ALL=C sed -n \
    -e "1s/^#! *\([^ ]*env  *\)\{0,1\}\(-S *\)\{0,1\}\(.*[Pp]ython[^ ]*\).*/\3/p" \
    -e "2s/^'*exec' *\"\{0,1\}\([^\"]*[Pp]ython[^\" ]*\).*/\1/p" \
    -e "s/.*pyenv.*/pyenv/p" | head -n 1)"
  if [ -z "$found" ] && [ -r "$1" ] && [ "$(wc -c <"$1")" -lt 1000000 ]; then
    case "$1" in
      *.exe) found="$(tr -d '\000\r' <"$1" | LC_ALL=C sed -n 's/.*#!.*[Pp]ython.*/python/p' | head -n 1)" ;;
    esac
  fi
  echo "$found"
}

# Prints the command that removes Python's wev, which is the script $1.
removal_of() {
  python="$(interpreter_of "$1")"
  case "$(readlink -f "$1" 2>/dev/null) $python" in
    */pipx/*) echo "pipx uninstall wev" && return ;;
    */uv/tools/*) echo "uv tool uninstall wev" && return ;;
  esac
  case "$python" in
    /*)
      if [ ! -x "$python" ]; then
        echo "pip uninstall wev wev-awsmfa, or, since its Python is gone: rm '$1'" && return
      fi
      ;;
  esac
  case "$python" in
    *[!A-Za-z0-9_./-]*) echo "'$python' -m pip uninstall wev wev-awsmfa" ;;
    */python* | python*) echo "$python -m pip uninstall wev wev-awsmfa" ;;
    *) echo "pip uninstall wev wev-awsmfa" ;;
  esac
}

# Tells of each program that a shell finds before the wev at the path $1.
tell_of_others() (
  IFS=:
  set -f
  for place in $PATH; do
    other="$place/${1##*/}"
    if [ "$other" -ef "$1" ]; then break; fi
    if [ ! -f "$other" ] || [ ! -x "$other" ]; then continue; fi
    case "$(kind_of "$other")" in
      wev) what="another copy" remedy="Remove it: rm '$other'" ;;
      python) what="Python's" remedy="Remove it: $(removal_of "$other")" ;;
      *) what="another program" remedy="Put ${1%/*} before $place on your PATH" ;;
    esac
    say "A shell finds another wev first, $other ($what). $remedy"
  done
)

# Prints the target of this machine.
find_target() {
  system="$(uname -s)"
  machine="$(uname -m)"
  # A shell of an Intel program on an Apple processor says x86_64.
  if [ "$system" = Darwin ] && [ "$(sysctl -n sysctl.proc_translated 2>/dev/null)" = 1 ]; then
    machine=arm64
  fi
  case "$machine" in
    x86_64 | amd64) machine=x86_64 ;;
    aarch64 | arm64) machine=aarch64 ;;
  esac
  case "$system" in
    Linux)
      # Alpine and its like: the executable needs glibc.
      case "$(ldd --version 2>&1 || true)" in
        *musl*) echo "$machine-unknown-linux-musl" ;;
        *) echo "$machine-unknown-linux-gnu" ;;
      esac
      ;;
    Darwin) echo "$machine-apple-darwin" ;;
    MINGW* | MSYS* | CYGWIN*) echo "$machine-pc-windows-msvc" ;;
    *) echo "$machine-$system" ;;
  esac
}

check_target() {
  case "$1" in
    x86_64-unknown-linux-gnu | aarch64-unknown-linux-gnu) ;;
    x86_64-apple-darwin | aarch64-apple-darwin) ;;
    x86_64-pc-windows-msvc | aarch64-pc-windows-msvc) ;;
    *) fail "There is no executable for $1. With Deno, wev runs as: deno run -A jsr:@x/wev" ;;
  esac
}

# Downloads the URL $1 to the file $2; curl lets no redirection lead to another scheme.
download() {
  if command -v curl >/dev/null 2>&1; then
    curl --proto "=$scheme" --tlsv1.2 --fail --silent --show-error --location --retry 2 \
      --output "$2" "$1" || fail "Cannot download $1"
  elif wget --version 2>&1 | grep -q '^GNU'; then
    # That of BusyBox checks no certificates.
    wget --quiet --output-document="$2" "$1" || fail "Cannot download $1"
  else
    fail "It takes curl or GNU wget to download wev"
  fi
}

# Checks the file $1 by the line for the name $2 of the checksums $3.
check_digest() {
  wanted="$(awk -v name="$2" '$2 == name || $2 == "*" name { print $1 }' "$3")"
  [ -n "$wanted" ] || fail "SHA256SUMS has no line for $2: nothing is installed"
  found="$(digest "$1")"
  [ "$found" = "$wanted" ] ||
    fail "The SHA-256 of $2 is $found, and must be $wanted: nothing is installed"
  say "SHA-256 is right: $found"
}

digest() {
  if command -v sha256sum >/dev/null 2>&1; then
    sha256sum <"$1" | cut -d ' ' -f 1
  elif command -v shasum >/dev/null 2>&1; then
    shasum -a 256 <"$1" | cut -d ' ' -f 1
  elif command -v openssl >/dev/null 2>&1; then
    openssl dgst -sha256 -r <"$1" | cut -d ' ' -f 1
  else
    fail "It takes sha256sum, shasum or openssl to check what was downloaded"
  fi
}

# Checks that the file $1 was made from this repository by its release workflow, where GitHub's `gh` is
# there and logged in; says so where it is not.
check_origin() {
  # Another host of GitHub's software knows nothing of this repository.
  unset GH_HOST
  if ! command -v gh >/dev/null 2>&1; then
    say "Not checked who made it: that takes gh, https://cli.github.com"
  elif ! gh attestation verify --help >/dev/null 2>&1; then
    say "Not checked who made it: this gh is too old, it has no \"gh attestation verify\""
  elif ! gh auth token --hostname github.com >/dev/null 2>&1; then
    say "Not checked who made it: gh is not logged in (gh auth login, or GH_TOKEN)"
  else
    gh attestation verify "$1" --repo x/wev \
      --signer-workflow x/wev/.github/workflows/release.yml </dev/null >&2 ||
      fail "Not known to be made by the release of wev: nothing is installed"
    say "It was made by the release workflow of x/wev"
  fi
}

# At the end: a download that breaks off runs nothing.
main "$@"
