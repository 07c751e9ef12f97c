/**
 * A program that only runs a command, as wev does once it knows the variables:
 *
 *     run_driver.ts [NAME=VALUE | NAME*LENGTH | -u NAME]... COMMAND [ARG...]
 *
 * `NAME*LENGTH` sets a variable too long for an argument.
 *
 * @module
 */

import { WevError } from "../../src/errors.ts";
import { denoProcesses } from "../../src/deno/runtime.ts";
import { runCommand } from "../../src/run/run.ts";
import type { FileInfo } from "../../src/runtime.ts";

const argv = [...Deno.args];
const set = new Map<string, string>();
const unset: string[] = [];
for (;;) {
  const [first = "", second = ""] = argv;
  const [, name = "", kind, value = ""] = /^(\w+)([=*])(.*)$/s.exec(first) ?? [];
  if (kind === "=") set.set(name, value);
  else if (kind === "*") set.set(name, "x".repeat(Number(value)));
  else if (first === "-u") unset.push(second);
  else break;
  argv.splice(0, kind === undefined ? 2 : 1);
}

const files = { stat, realPath };

function stat(path: string): FileInfo | undefined {
  try {
    const { isFile, isDirectory, size } = Deno.statSync(path);
    const kind = isFile ? "file" : isDirectory ? "directory" : "other";
    const none = { device: 0, inode: 0, mode: undefined, uid: undefined, modified: undefined };
    return { kind, size, ...none };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

try {
  Deno.exit(
    await runCommand(argv, { set, unset }, {
      system: Deno.build.os === "windows" ? "windows" : "linux",
      environment: {
        get: (name) => Deno.env.get(name),
        names: () => Object.keys(Deno.env.toObject()),
      },
      files,
      processes: denoProcesses,
    }, { optionNames: ["--explain"] }),
  );
} catch (error) {
  if (!(error instanceof WevError)) throw error;
  const hint = error.hint === undefined ? "" : `\n${error.hint}`;
  Deno.stderr.writeSync(new TextEncoder().encode(`wev: ${error.message}${hint}\n`));
  Deno.exit(error.exitStatus);
}
