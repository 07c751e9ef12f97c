/**
 * The keyring of Windows: its data protection (DPAPI) encrypts the key for the login of the user, and the
 * result is stored in a file. It is called through PowerShell.
 *
 * @module
 */

import type { Environment, Files, Processes } from "../runtime.ts";
import { type Keyring, KeyringError } from "./keyring.ts";
import { runKeyringProgram } from "./program.ts";

/** PowerShell takes a second or more to start. */
const TIMEOUT_MS = 15_000;

/** The maximum size of an encrypted key. */
const MAX_BYTES = 65_536;

/** The parts that the data protection needs. */
interface DataProtectionOptions {
  /** Runs PowerShell. */
  readonly processes: Pick<Processes, "capture">;
  /** The file system. */
  readonly files: Files;
  /** The environment with `SystemRoot`. */
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
    throw new KeyringError("PowerShell printed an invalid key", { cause: error });
  }
}

/** An absolute path, so that no other program on PATH gets the key. */
function powershell(environment: Environment): string {
  const root = environment.get("SystemRoot") ?? "C:\\Windows";
  return `${root}\\System32\\WindowsPowerShell\\v1.0\\powershell.exe`;
}

/** Returns a script that applies `method` to a line in base64 and prints the result in base64. */
function script(method: string): string {
  return "$ErrorActionPreference = 'Stop'; Add-Type -AssemblyName System.Security; " +
    "$in = [Convert]::FromBase64String([Console]::In.ReadLine()); " +
    `$out = [Security.Cryptography.ProtectedData]::${method}($in, $null, 'CurrentUser'); ` +
    "[Console]::Out.Write([Convert]::ToBase64String($out))";
}
