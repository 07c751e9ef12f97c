/**
 * Facts about a process that Linux shows under /proc. Deno reads /proc only with all permissions, so
 * libc reads it.
 *
 * @module
 */

import type { ParentProcess } from "../runtime.ts";
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

/** Returns whether `process` is stopped; `false` if that is unknown. */
export function readIsStopped(process: number): boolean {
  return /^.*\) [Tt] /s.test(readProc(`${process}/stat`));
}

/**
 * Returns the ID of the session of `process`; `undefined` if it has no controlling terminal, or the
 * session is unknown.
 */
export function readSession(process: number): number | undefined {
  const [, session, device] = SESSION_AND_TERMINAL.exec(readProc(`${process}/stat`)) ?? [];
  return session === undefined || device === "0" ? undefined : Number(session);
}

/** Returns the parent and the session of `process`, or `undefined` if they are unknown. */
export function readFamily(
  process: number,
): { readonly parent: number; readonly session: number } | undefined {
  const [, parent, session] = /^.*\) \S+ (\d+) \d+ (\d+) /s.exec(readProc(`${process}/stat`)) ?? [];
  if (parent === undefined || session === undefined) return undefined;
  return { parent: Number(parent), session: Number(session) };
}

/** Returns the children of `process`, which its first thread has started; none if that is unknown. */
export function readChildren(process: number): number[] {
  return readProc(`${process}/task/${process}/children`).split(" ").filter(Boolean).map(Number);
}

/** Returns the process that started this one, with its name on Linux. */
export function readParent(): ParentProcess {
  return { process: Deno.ppid, name: readProc(`${Deno.ppid}/comm`).trimEnd() || undefined };
}

/** Returns the path of the controlling terminal, if it is a pseudo terminal or a console. */
export function readTerminalPath(): string | undefined {
  const [, , number] = SESSION_AND_TERMINAL.exec(readProc(`${Deno.pid}/stat`)) ?? [];
  // proc_pid_stat(5): the major number is in bits 15 to 8, the minor one in the others.
  const device = Number(number ?? 0);
  const [major, minor] = [(device >> 8) & 0xff, ((device >> 12) & 0xfff00) | (device & 0xff)];
  // https://www.kernel.org/doc/Documentation/admin-guide/devices.txt
  if (major === PSEUDO_TERMINALS) return `/dev/pts/${minor}`;
  return major === CONSOLES && minor < 64 ? `/dev/tty${minor}` : undefined;
}

/** Returns the address of the arguments of this process, or `undefined` if it is unknown. */
export function readArgumentsAddress(): bigint | undefined {
  // After the name, which may hold anything: the 46th field.
  const field = /^.*\) (.*)/s.exec(readProc("self/stat"))?.[1]?.split(" ")[45] ?? "";
  return /^[1-9]\d*$/.test(field) ? BigInt(field) : undefined;
}

/** Returns the content of a file under /proc, or nothing if it can't be read. */
export function readProcBytes(path: string): Uint8Array<ArrayBuffer> {
  libc ??= Deno.build.os === "linux" ? openLibc(FUNCTIONS) : undefined;
  const bytes: number[] = [];
  const file = libc?.open(toCString(`/proc/${path}`), O_RDONLY_CLOEXEC) ?? -1;
  if (libc === undefined || file < 0) return new Uint8Array();
  const chunk = new Uint8Array(65_536);
  for (;;) {
    const count = Number(libc.read(file, chunk, BigInt(chunk.length)));
    if (count <= 0) break;
    for (const byte of chunk.subarray(0, count)) bytes.push(byte);
  }
  libc.close(file);
  return new Uint8Array(bytes);
}

function readProc(path: string): string {
  return new TextDecoder().decode(readProcBytes(path));
}
