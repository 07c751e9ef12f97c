/**
 * A program that becomes another one in surroundings that no shell makes:
 *
 *     raw_exec.ts JSON
 *
 * `JSON` is a {@linkcode RawExec}. For Unix.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** The surroundings. A text is bytes, a character each. */
export interface RawExec {
  /** The program, by its path, and its arguments. */
  readonly argv: readonly string[];
  /** Its environment, an entry each; a name may be there twice. */
  readonly environment: readonly string[];
  /** The descriptors that are pipes, to be made non-blocking, and filled. */
  readonly full?: readonly number[];
  /**
   * Whether writable memory may not become executable, on Linux.
   *
   * @default {false}
   */
  readonly noMachineCode?: boolean;
  /** The descriptors that are to be a terminal that has gone. */
  readonly gone?: readonly number[];
}

/** Returns the words that run `exec`. */
export function rawExec(exec: RawExec): string[] {
  const script = fileURLToPath(import.meta.url);
  return [Deno.execPath(), "run", "-q", "-A", script, JSON.stringify(exec)];
}

/** Returns `text` as {@linkcode RawExec} has it. */
export function rawText(text: string): string {
  return [...new TextEncoder().encode(text)].map((byte) => String.fromCharCode(byte)).join("");
}

const F_SETFL = 4;
const O_RDWR = 2;
const O_NONBLOCK = Deno.build.os === "darwin" ? 4 : 0o4000;

/** Makes the surroundings, and the program. */
function become(
  { argv, environment, noMachineCode = false, full = [], gone = [] }: RawExec,
): void {
  const { symbols: libc } = Deno.dlopen(
    Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6",
    {
      execve: { parameters: ["buffer", "buffer", "buffer"], result: "i32" },
      fcntl: { parameters: ["i32", "i32", "i32"], result: "i32" },
      write: { parameters: ["i32", "buffer", "usize"], result: "isize" },
      posix_openpt: { parameters: ["i32"], result: "i32" },
      unlockpt: { parameters: ["i32"], result: "i32" },
      ptsname_r: { parameters: ["i32", "buffer", "usize"], result: "i32" },
      open: { parameters: ["buffer", "i32"], result: "i32" },
      dup2: { parameters: ["i32", "i32"], result: "i32" },
      close: { parameters: ["i32"], result: "i32" },
    },
  );
  for (const descriptor of full) {
    libc.fcntl(descriptor, F_SETFL, O_NONBLOCK);
    while (libc.write(descriptor, new Uint8Array(1), 1n) === 1n);
  }
  for (const descriptor of gone) {
    const name = new Uint8Array(64);
    const terminal = libc.posix_openpt(O_RDWR);
    libc.unlockpt(terminal);
    libc.ptsname_r(terminal, name, BigInt(name.length));
    libc.dup2(libc.open(name, O_RDWR), descriptor);
    libc.close(terminal);
  }
  // Kept here, so that nothing moves or frees them.
  const texts = [argv, environment].map((texts) => texts.map(toBytes));
  const pointers = texts.map((texts) =>
    new BigUint64Array([
      ...texts.map((text) => Deno.UnsafePointer.value(Deno.UnsafePointer.of(text))),
      0n,
    ])
  );
  if (noMachineCode) forbidMachineCode();
  libc.execve(texts[0]![0]!, pointers[0]!, pointers[1]!);
}

const PR_SET_MDWE = 65;
const PR_MDWE_REFUSE_EXEC_GAIN = 1n;

function forbidMachineCode(): void {
  const { symbols } = Deno.dlopen("libc.so.6", {
    prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  });
  const done = symbols.prctl(PR_SET_MDWE, PR_MDWE_REFUSE_EXEC_GAIN, 0n, 0n, 0n) === 0;
  if (!done) Deno.exit(UNSUPPORTED);
}

/** The exit status where the system can't make such surroundings. */
export const UNSUPPORTED = 98;

function toBytes(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from([...text, "\0"], (character) => character.charCodeAt(0));
}

if (import.meta.main) {
  become(JSON.parse(Deno.args[0]!) as RawExec);
  Deno.exit(99);
}
