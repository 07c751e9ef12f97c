/**
 * A stand-in for secret-tool(1), which keeps secrets in a directory.
 *
 * @module
 */

const SCRIPT = `#!/bin/sh
set -eu
state=$(dirname "$0")/state
mkdir -p "$state"
echo "$*" >> "$state/calls"
# A keyring that asks somebody, who does not answer.
test ! -e "$state/silent" || exec sleep 60
test ! -e "$state/absent" || { echo "secret-tool: Cannot autolaunch D-Bus" >&2; exit 1; }
case $1 in
  search)
    test -e "$state/secret" || exit 0
    echo "[/1]"
    echo "label = some label"
    test -e "$state/locked" || echo "secret = $(cat "$state/secret")"
    echo "created = 2026-01-31 12:00:00"
    echo "attribute.service = wev" >&2
    ;;
  store)
    test ! -e "$state/locked" || { echo "secret-tool: Cannot create an item" >&2; exit 1; }
    cat > "$state/secret"
    ;;
esac
`;

/** A directory for PATH with a stand-in, and what it keeps. */
export class SecretTool {
  /** The directory of the program. */
  readonly directory: string;

  /** Makes the program in a new directory, `directory`. */
  constructor(directory: string) {
    this.directory = directory;
    Deno.mkdirSync(`${directory}/state`, { recursive: true });
    Deno.writeTextFileSync(`${directory}/secret-tool`, SCRIPT, { mode: 0o755 });
  }

  /** What it keeps, or undefined. */
  get secret(): string | undefined {
    return this.#read("secret");
  }

  /** The arguments of all calls, a line each. */
  get calls(): string[] {
    return (this.#read("calls") ?? "").split("\n").slice(0, -1);
  }

  /** Makes it `locked`, `absent` or `silent`, or that no more. */
  set(state: "locked" | "absent" | "silent", on = true): void {
    const path = `${this.directory}/state/${state}`;
    if (on) Deno.writeTextFileSync(path, "");
    else Deno.removeSync(path);
  }

  /** Makes it forget the secret and all calls. */
  clear(): void {
    Deno.removeSync(`${this.directory}/state`, { recursive: true });
    Deno.mkdirSync(`${this.directory}/state`);
  }

  #read(name: string): string | undefined {
    try {
      return Deno.readTextFileSync(`${this.directory}/state/${name}`);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }
}
