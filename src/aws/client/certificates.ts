/**
 * Which certificates are trusted beside the usual ones: those of proxies that read along.
 *
 * @module
 */

import { readFileSync, statSync } from "node:fs";
import { WevError } from "../../errors.ts";
import type { Profile } from "../profiles/profile_chain.ts";

/**
 * Returns certificates in PEM. AWS's SDK for JavaScript does not know `AWS_CA_BUNDLE`.
 *
 * @throws {WevError} where those that somebody names can't be read.
 */
export function trustedCertificates(
  { ca_bundle }: Profile,
  get: (name: string) => string | undefined,
): string[] {
  const places = [
    ["AWS_CA_BUNDLE", get("AWS_CA_BUNDLE")],
    ["ca_bundle of the profile", ca_bundle],
    ["NODE_EXTRA_CA_CERTS", get("NODE_EXTRA_CA_CERTS")],
  ] as const;
  const [name, file] = places.find(([, path]) => Boolean(path)) ?? [];
  return name && file ? [readNamed(name, file)] : [];
}

function readNamed(name: string, file: string): string {
  const hint = `Check ${name}.`;
  let text: string;
  try {
    // A pipe or a device may never end.
    if (!statSync(file).isFile()) throw new TypeError("It is not a file");
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new WevError(`Cannot read the certificates in ${file}`, { hint, cause });
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new WevError(`There is no certificate in ${file}: it must have them in PEM`, { hint });
  }
  // Windows' editors begin a file with a mark.
  return text.replace(/^\ufeff/, "");
}
