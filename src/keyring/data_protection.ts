/**
 * Windows has no keyring for programs to ask; its data protection (DPAPI) encrypts a key so that only
 * the user's own login can decrypt it. The result is kept in a file. By PowerShell.
 *
 * @module
 */

import type { Environment, Files, Processes } from "../runtime.ts";
import { type Keyring, KeyringError } from "./keyring.ts";
import { runKeyringProgram } from "./program.ts";

/** PowerShell takes a second or more to start. */
const TIMEOUT_MS = 15_000;

/** More than any encrypted key has. */
const MAX_BYTES = 65_536;

/** What reaching the data protection needs. */
export interface DataProtectionOptions {
  /** Runs PowerShell. */
  readonly processes: Pick<Processes, "capture">;
  /** The file system. */
  readonly files: Files;
  /** Tells where Windows is. */
  readonly environment: Environment;
  /** The file in which the encrypted key is kept. */
  readonly path: string;
}

/** Returns a file as a keyring. */
export function dataProtection(options: DataProtectionOptions): Keyring {
  const { processes, files, environment, path } = options;
  const convert = async (method: "Protect" | "Unprotect", input: string) => {
    const argv = [powershell(environment), "-NoProfile", "-NonInteractive", "-Command"];
    const { stdout, code } = await runKeyringProgram([...argv, script(method)], {
      processes,
      timeout: TIMEOUT_MS,
      input: `${input}\n`,
    });
    if (code !== 0) throw new KeyringError("PowerShell can't use the data protection");
    return stdout.trim();
  };
  return {
    async load() {
      const bytes = files.readRegular(path, MAX_BYTES)?.bytes;
      if (bytes === undefined) return undefined;
      return fromBase64(await convert("Unprotect", new TextDecoder().decode(bytes)));
    },
    async save(key) {
      const kept = await convert("Protect", btoa(key));
      files.writePrivately(path, new TextEncoder().encode(kept));
    },
  };
}

function fromBase64(text: string): string {
  try {
    return new TextDecoder().decode(Uint8Array.fromBase64(text));
  } catch (error) {
    throw new KeyringError("PowerShell does not print what it should", { cause: error });
  }
}

/** By its path: who could put another one first on PATH would be given the key. */
function powershell(environment: Environment): string {
  const root = environment.get("SystemRoot") ?? "C:\\Windows";
  return `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
}

/** Reads a line in base64, and prints what `method` makes of it in base64. */
function script(method: string): string {
  return "$ErrorActionPreference = 'Stop'; Add-Type -AssemblyName System.Security; " +
    "$in = [Convert]::FromBase64String([Console]::In.ReadLine()); " +
    `$out = [Security.Cryptography.ProtectedData]::${method}($in, $null, 'CurrentUser'); ` +
    "[Console]::Out.Write([Convert]::ToBase64String($out))";
}
