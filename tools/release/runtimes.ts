/**
 * The bare runtimes that `deno compile` downloads, checked by the digests that Deno's releases publish.
 *
 * Deno downloads a runtime from one server, and checks nothing; its releases, on another, have a digest of
 * each. Who can change one of the two can't change what a release of wev is made of.
 *
 * @module
 */

import { type Checksums, checksumsOf } from "./checksums.ts";
import type { Target } from "./targets.ts";

/** Returns the text at a URL. */
export type FetchText = (url: string) => Promise<string>;

/** Which runtimes are checked. */
export interface RuntimesOptions {
  /** The version of Deno: `2.9.6`. */
  readonly version: string;
  /** Where Deno keeps what it downloads: `DENO_DIR`. */
  readonly denoDirectory: string;
  /** Returns the text at a URL. */
  readonly fetchText: FetchText;
}

/** A runtime is not the published one. */
export class WrongRuntimeError extends Error {
  /** The name of the class. */
  override readonly name: string = "WrongRuntimeError";
}

/** Returns the name of the file that a release of Deno has for `target`. */
export function runtimeName(target: Target): string {
  return `denort-${target}.zip`;
}

/** Returns the directory below `DENO_DIR` in which Deno keeps the runtimes of its version. */
export function runtimesDirectory({ version, denoDirectory }: RuntimesOptions): string {
  return `${denoDirectory}/dl/release/v${version}`;
}

/**
 * Returns the digest of the runtime for `target` that Deno has downloaded.
 *
 * @throws {WrongRuntimeError} where it is not the published one.
 * @throws {Error} where that can't be told.
 */
export async function checkedRuntime(target: Target, options: RuntimesOptions): Promise<Checksums> {
  const name = runtimeName(target);
  const { version, fetchText } = options;
  const sums = await checksumsOf(runtimesDirectory(options), [name]);
  const url = `https://github.com/denoland/deno/releases/download/v${version}/${name}.sha256sum`;
  const published = publishedDigest(await fetchText(url));
  const found = sums.get(name);
  if (found !== published) {
    throw new WrongRuntimeError(
      `The SHA-256 of ${name} is ${found}, but Deno ${version} has ${published}`,
    );
  }
  return sums;
}

/**
 * Returns the digest in `text`, as sha256sum(1) or PowerShell's Get-FileHash write it, in lower case.
 *
 * @throws {Error} where there is not exactly one.
 */
export function publishedDigest(text: string): string {
  const [digest, ...others] = text.match(/(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/gi) ?? [];
  if (digest === undefined || others.length > 0) {
    throw new Error(`No digest: ${text.slice(0, 200)}`);
  }
  return digest.toLowerCase();
}
