/**
 * `SHA256SUMS`, as sha256sum(1) writes and checks it.
 *
 * @module
 */

/** The digests of a release, in lower-case hexadecimal, by file name. */
export type Checksums = ReadonlyMap<string, string>;

/** Returns the digests of the files `names` in `directory`. */
export async function checksumsOf(directory: string, names: readonly string[]): Promise<Checksums> {
  const sums = new Map<string, string>();
  for (const name of names) {
    const content = await Deno.readFile(`${directory}/${name}`);
    sums.set(name, new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex());
  }
  return sums;
}

/** Returns the text of `SHA256SUMS`. */
export function formatChecksums(sums: Checksums): string {
  return [...sums].map(([name, sum]) => `${sum}  ${name}\n`).sort().join("");
}

/**
 * Reads the text of `SHA256SUMS`.
 *
 * @throws {Error} where a line is none of sha256sum's.
 */
export function parseChecksums(text: string): Checksums {
  const lines = text.split("\n").filter((line) => line !== "");
  return new Map(lines.map((line) => {
    const [, sum, name] = /^([0-9a-f]{64}) [ *](\S+)$/.exec(line) ?? [];
    if (sum === undefined || name === undefined) throw new Error(`No checksum: ${line}`);
    return [name, sum];
  }));
}
