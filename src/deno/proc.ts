/**
 * What Linux tells of a process under /proc.
 *
 * Deno reads /proc only for those who have every permission, so libc does. Where there is none, the shell
 * reads it, which is always at the same place and needs no other program for it. That takes about 2 ms.
 *
 * @module
 */

import { type Libc, openLibc, toCString } from "./libc.ts";

const FUNCTIONS = {
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
} as const;

const O_RDONLY_CLOEXEC = 0o2000000;
const PSEUDO_TERMINALS = 136;
const CONSOLES = 4;

/** After the name, which may hold anything: state, parent, group, session, terminal. */
const SESSION_AND_TERMINAL = /^.*\) \S+ \d+ \d+ (\d+) (-?\d+) /s;

let libc: Libc<typeof FUNCTIONS> | undefined;

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

/** Returns whether `process` is stopped; `false` where nothing tells. */
export function readIsStopped(process: number): boolean {
  return /^.*\) [Tt] /s.test(readProc(`${process}/stat`));
}

/**
 * Returns the session of `process`, which shares its controlling terminal with no other; `undefined`
 * where it has none, or nothing tells.
 */
export function readSession(process: number): number | undefined {
  const [, session, device] = SESSION_AND_TERMINAL.exec(readProc(`${process}/stat`)) ?? [];
  return session === undefined || device === "0" ? undefined : Number(session);
}

/** Returns where the file of the controlling terminal is, if it is one of a window or a console. */
export function readTerminalPath(): string | undefined {
  const [, , number] = SESSION_AND_TERMINAL.exec(readProc(`${Deno.pid}/stat`)) ?? [];
  // proc_pid_stat(5): the major number is in bits 15 to 8, the minor one in the others.
  const device = Number(number ?? 0);
  const [major, minor] = [(device >> 8) & 0xff, ((device >> 12) & 0xfff00) | (device & 0xff)];
  // https://www.kernel.org/doc/Documentation/admin-guide/devices.txt
  if (major === PSEUDO_TERMINALS) return `/dev/pts/${minor}`;
  return major === CONSOLES && minor < 64 ? `/dev/tty${minor}` : undefined;
}

/** Returns where the arguments of this process begin, or `undefined` where nothing tells. */
export function readArgumentsAddress(): bigint | undefined {
  // After the name, which may hold anything: the 46th field.
  const field = /^.*\) (.*)/s.exec(readProc("self/stat"))?.[1]?.split(" ")[45] ?? "";
  return /^[1-9]\d*$/.test(field) ? BigInt(field) : undefined;
}

/** Returns a file under /proc, or `undefined` where there is no libc to read it with. */
export function readProcBytes(path: string): Uint8Array<ArrayBuffer> | undefined {
  if (Deno.build.os !== "linux") return undefined;
  libc ??= openLibc(FUNCTIONS);
  if (libc === undefined) return undefined;
  const bytes: number[] = [];
  const file = libc.open(toCString(`/proc/${path}`), O_RDONLY_CLOEXEC);
  if (file < 0) return new Uint8Array();
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const count = Number(libc.read(file, chunk, BigInt(chunk.length)));
    if (count <= 0) break;
    for (const byte of chunk.subarray(0, count)) bytes.push(byte);
  }
  libc.close(file);
  return new Uint8Array(bytes);
}

/** Returns a file under /proc, or nothing where it can't be read. */
function readProc(path: string): string {
  if (Deno.build.os !== "linux") return "";
  const bytes = readProcBytes(path);
  if (bytes !== undefined) return new TextDecoder().decode(bytes);
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
