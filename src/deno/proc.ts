/**
 * What Linux tells of a process under /proc, where there is no libc to ask.
 *
 * Deno reads /proc only for those who have every permission, so the shell reads it, which is always at
 * the same place and needs no other program for it. That takes about 2 ms.
 *
 * @module
 */

/** Returns what tells by number whether this process ignores a signal; `undefined` where nothing does. */
export function readIgnoredSignals(): ((signal: number) => boolean) | undefined {
  // A child ignores what its parent ignores.
  const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readProc("self/status"))?.[1];
  if (mask === undefined) return undefined;
  const bits = BigInt(`0x${mask}`);
  return (signal) => ((bits >> BigInt(signal - 1)) & 1n) === 1n;
}

/**
 * Returns whether the controlling terminal sends its signals to this process's group, or `undefined`
 * where nothing tells.
 */
export function readIsForeground(): boolean | undefined {
  // After the name, which may hold anything: state, parent, group, session, terminal, its group.
  const fields = /^.*\) \S+ \d+ (\d+) \d+ -?\d+ (-?\d+) /s.exec(readProc(`${Deno.pid}/stat`));
  return fields === null ? undefined : fields[1] === fields[2];
}

/** Returns a file under /proc, or nothing where it can't be read. */
function readProc(path: string): string {
  if (Deno.build.os !== "linux") return "";
  const script = 'while IFS= read -r line; do printf "%s\\n" "$line"; done <"$0"';
  const command = new Deno.Command("/bin/sh", {
    args: ["-c", script, `/proc/${path}`],
    stdin: "null",
    stderr: "null",
  });
  try {
    const { success, stdout } = command.outputSync();
    return success ? new TextDecoder().decode(stdout) : "";
  } catch {
    // No shell, no leave to run it, or a caller that ignores SIGCHLD, so that no child can be waited for.
    return "";
  }
}
