#!/bin/sh
# Installs wev: finds the executable for this machine, checks its SHA-256, puts it into a directory.
#
#   curl -fsSL https://github.com/x/wev/releases/latest/download/install.sh | sh
#   sh install.sh [DIRECTORY]              default: ~/.local/bin
#
# WEV_VERSION        the version, such as 0.1.0; the latest where it is not set
# WEV_DOWNLOAD_BASE  where the releases are; GitHub where it is not set
# WEV_TARGET         the machine, such as x86_64-unknown-linux-gnu; found out where it is not set
set -eu

main() {
  directory="${1:-${HOME:?is not set: name a directory}/.local/bin}"
  base="${WEV_DOWNLOAD_BASE:-https://github.com/x/wev/releases}"
  target="${WEV_TARGET:-$(find_target)}"
  check_target "$target"
  file="wev-$target"
  name=wev
  case "$target" in *windows*) file="$file.exe" name=wev.exe ;; esac
  version="${WEV_VERSION:-latest}"
  case "$version" in
    latest) url="$base/latest/download" ;;
    v*) url="$base/download/$version" ;;
    *) url="$base/download/v$version" ;;
  esac

  mkdir -p "$directory" || fail "Cannot make the directory $directory"
  # In the directory itself, so that the last step is a rename: a wev that runs is not disturbed.
  work="$(mktemp -d "$directory/.wev-install.XXXXXX")" || fail "Cannot write to $directory"
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  say "Downloading $url/$file"
  download "$url/SHA256SUMS" "$work/SHA256SUMS"
  download "$url/$file" "$work/$file"
  check_digest "$work/$file" "$file" "$work/SHA256SUMS"
  chmod 755 "$work/$file"
  shown="$("$work/$file" --version)" || fail "The executable does not run on this machine"
  mv -f "$work/$file" "$directory/$name" || fail "Cannot write $directory/$name"
  say "Installed $directory/$name: $shown"
  case ":$PATH:" in
    *":$directory:"*) ;;
    *) say "To use it, put $directory on your PATH: export PATH=\"$directory:\$PATH\"" ;;
  esac
}

say() {
  echo "wev install: $1" >&2
}

fail() {
  say "$1" >&2
  exit 1
}

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

# Downloads the URL $1 to the file $2.
download() {
  if command -v curl >/dev/null 2>&1; then
    curl --fail --silent --show-error --location --retry 2 --output "$2" "$1" ||
      fail "Cannot download $1"
  elif command -v wget >/dev/null 2>&1; then
    wget --quiet --output-document="$2" "$1" || fail "Cannot download $1"
  else
    fail "It takes curl or wget to download wev"
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

# At the end: a download that breaks off runs nothing.
main "$@"
