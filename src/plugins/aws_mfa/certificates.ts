/**
 * Which certificates are trusted beside those that Deno brings along: the system's, and those of
 * proxies that read along.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { WevError } from "../../errors.ts";
import type { Profile } from "./profile_chain.ts";

/**
 * Where systems keep the certificates that they trust, as Go's crypto/x509 looks for them. Node's
 * `tls.getCACertificates()` needs a permission that older versions of Deno do not know.
 */
const SYSTEM_FILES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];

/**
 * Returns certificates in PEM. AWS's SDK for JavaScript does not know `AWS_CA_BUNDLE`, and Deno's
 * node:https reads `NODE_EXTRA_CA_CERTS` only with a permission that it does not need here.
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
  const own = name && file ? [readNamed(name, file)] : [];
  return [...own, ...systemCertificates(get("SSL_CERT_FILE"))];
}

function readNamed(name: string, file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new WevError(`Cannot read the certificates in ${file}`, {
      hint: `Check ${name}.`,
      cause,
    });
  }
}

/** Those that are not there or can't be read are not missed: Deno brings the usual ones along. */
function systemCertificates(named: string | undefined): string[] {
  for (const file of named === undefined ? SYSTEM_FILES : [named]) {
    try {
      return [readFileSync(file, "utf8")];
    } catch {
      continue;
    }
  }
  return [];
}
