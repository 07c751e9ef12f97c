/**
 * The system's C library, where it is looked for and may be opened.
 *
 * @module
 */

/** The functions of libc that were asked for, by name. */
export type Libc<Functions extends Deno.ForeignLibraryInterface> = Deno.DynamicLibrary<
  Functions
>["symbols"];

/**
 * Where libc is, by system and processor: Debian, Fedora, Arch, and those where /lib is no link to
 * /usr/lib. No search and no bare name: the permission to load it is given for these files alone, in
 * `deno.json`. Systems that keep it elsewhere (NixOS) or use another one (musl) have none here.
 */
const PLACES: Readonly<Record<string, readonly string[]>> = {
  "linux x86_64": [
    "/usr/lib/x86_64-linux-gnu/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/x86_64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
  ],
  "linux aarch64": [
    "/usr/lib/aarch64-linux-gnu/libc.so.6",
    "/usr/lib64/libc.so.6",
    "/usr/lib/libc.so.6",
    "/lib/aarch64-linux-gnu/libc.so.6",
    "/lib64/libc.so.6",
  ],
  "darwin x86_64": ["/usr/lib/libSystem.B.dylib"],
  "darwin aarch64": ["/usr/lib/libSystem.B.dylib"],
};

/**
 * Opens libc with `functions`, described as `Deno.dlopen` wants them, with a number or nothing as their
 * results. Returns `undefined` where it is in none of the known places, lacks one of the functions
 * that are not optional, or may not be loaded.
 *
 * Each function costs time. Without the permission for all libraries, no function may take or return a
 * "pointer": a "buffer" goes in, a "usize" goes in or out.
 */
export function openLibc<const Functions extends Record<string, NumberFunction>>(
  functions: Functions,
): Libc<Functions> | undefined {
  const definitions: Record<string, Deno.ForeignFunction> = {};
  for (const name in functions) {
    const definition: NumberFunction = functions[name]!;
    definitions[name] = { ...definition, parameters: [...definition.parameters, IGNORED] };
  }
  for (const place of PLACES[`${Deno.build.os} ${Deno.build.arch}`] ?? []) {
    try {
      const { symbols } = Deno.dlopen(place, definitions);
      const libc: Record<string, unknown> = {};
      for (const name in functions) {
        const call = symbols[name] as ((...parameters: unknown[]) => unknown) | null;
        libc[name] = call && ((...parameters: unknown[]) => call(...parameters, NOTHING));
      }
      return libc as Libc<Functions>;
    } catch {
      // Deno throws a bare Error for a file that is not there and NotCapable for one that is not
      // permitted; the next place may be both.
    }
  }
  return undefined;
}

/** A function whose result is one number, or nothing. */
type NumberFunction = Deno.ForeignFunction & {
  readonly result: "i32" | "isize" | "usize" | "void";
};

/**
 * A last parameter that no function looks at: a struct of one number, which goes where a number would
 * go, and which the caller takes away again (System V's and ARM's calling conventions). Deno compiles
 * machine code for each function without a struct, which takes longer than the few calls that are made
 * of it.
 */
const IGNORED = { struct: ["i32"] } as const;
const NOTHING = new Int32Array(1);

/** What becoming a command needs. */
const EXECUTION = {
  execvp: { parameters: ["buffer", "buffer"], result: "i32" },
  signal: { parameters: ["i32", "usize"], result: "usize" },
  strdup: { parameters: ["buffer"], result: "usize" },
} as const;

const LINUX = {
  ...EXECUTION,
  prlimit: { parameters: ["i32", "i32", "buffer", "buffer"], result: "i32" },
  // glibc has it since 2.28.
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32", optional: true },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  close: { parameters: ["i32"], result: "i32" },
  __errno_location: { parameters: [], result: "usize" },
  memcpy: { parameters: ["buffer", "usize", "usize"], result: "usize" },
} as const;

const DARWIN = {
  ...EXECUTION,
  getrlimit: { parameters: ["i32", "buffer"], result: "i32" },
  setrlimit: { parameters: ["i32", "buffer"], result: "i32" },
} as const;

/** What every run calls on Linux: files, limits, becoming a command. */
export type LinuxLibc = Libc<typeof LINUX>;
/** What every run calls on macOS. */
export type DarwinLibc = Libc<typeof DARWIN>;

/** `null` where there is none. */
let main: LinuxLibc | DarwinLibc | null | undefined;

/**
 * Returns libc with what every run calls, opened once: opening it takes longer than all that is done
 * with it, and longer than a dozen functions more. Returns `undefined` where there is none.
 */
export function mainLibc(): LinuxLibc | DarwinLibc | undefined {
  if (main === undefined) {
    main = Deno.build.os === "linux" ? openLibc(LINUX) ?? null : openLibc(DARWIN) ?? null;
  }
  return main ?? undefined;
}

/** Returns whether `libc` is one of Linux. */
export function isLinuxLibc(libc: LinuxLibc | DarwinLibc | undefined): libc is LinuxLibc {
  return libc !== undefined && "prlimit" in libc;
}

const encoder = new TextEncoder();

/** Returns `text` as C wants it: UTF-8 and a NUL. */
export function toCString(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text + "\0");
}

/** Of a process that makes a file larger than `ulimit -f` allows; the same on Linux and macOS. */
const SIGXFSZ = 25;
const SIG_IGN = 1n;

/**
 * Calls `write` with SIGXFSZ ignored, so that a file that would be too large is a write that fails and
 * not the end of this process. Restores what the caller had, since the command inherits it.
 */
export function withoutSizeSignal<Result>(write: () => Result): Result {
  const libc = openLibc({ signal: { parameters: ["i32", "usize"], result: "usize" } });
  if (libc === undefined) return write();
  const former = libc.signal(SIGXFSZ, SIG_IGN);
  try {
    return write();
  } finally {
    libc.signal(SIGXFSZ, BigInt(former));
  }
}
