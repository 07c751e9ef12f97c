/**
 * Sends all requests: only to hosts of AWS, with the trusted certificates, and without secrets in responses.
 *
 * @module
 */

import { WevError } from "../../errors.ts";
import type { Fetch, KnownSecrets } from "../../runtime.ts";
import type { ReadContext, RequestContext } from "../context.ts";
import { noteTarget } from "../failures.ts";
import type { Profile } from "../profiles/shared_config.ts";
import type { NamedRegion } from "../regions.ts";
import { checkHost, hostOf } from "./hosts.ts";

/** Milliseconds to wait for a connection. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The secrets of a resolution that are known so far. */
export class RunSecrets implements KnownSecrets {
  /** Those that AWS never returns. */
  readonly always: Set<string> = new Set();
  /** Those that AWS may return in a response that is not a refusal. */
  readonly inRefusals: Set<string> = new Set();

  /** Adds the secrets of keys. */
  addKeys(keys: { readonly secretAccessKey: string; readonly sessionToken?: string | undefined }) {
    this.always.add(keys.secretAccessKey);
    if (keys.sessionToken !== undefined) this.always.add(keys.sessionToken);
  }

  /** Adds the secrets in a request. */
  async addSent(request: Request): Promise<void> {
    const { headers } = request;
    const token = headers.get("x-amz-security-token");
    if (token !== null) this.always.add(token);
    for (const name of ["x-amz-sso_bearer_token", "x-amz-sso-bearer-token"]) {
      const bearer = headers.get(name);
      if (bearer !== null) this.inRefusals.add(bearer);
    }
    const body = await request.clone().text();
    if (body.startsWith("{")) return this.#addJson(body);
    for (const [name, value] of new URLSearchParams(body)) {
      if (name === "TokenCode") this.always.add(value);
      if (name === "ExternalId" || name === "WebIdentityToken") this.inRefusals.add(value);
    }
  }

  /** Adds the secrets in a request of IAM Identity Center or of a sign-in, by their names. */
  #addJson(body: string): void {
    JSON.parse(body, (name, value) => {
      if (typeof value === "string" && /token|secret|code|assertion/i.test(name)) {
        this.inRefusals.add(value);
      }
      return value;
    });
  }
}

/**
 * Returns a function that sends requests. `region` is that of the services, if one is named, for messages.
 *
 * @throws {WevError} if certificates can't be read.
 */
export function createSender(
  settings: Profile,
  secrets: RunSecrets,
  context: RequestContext,
  region?: NamedRegion,
): Fetch {
  const send = context.createFetch({
    connectTimeout: CONNECT_TIMEOUT_MS,
    certificates: trustedCertificates(settings, context),
    check: checkHost,
    secrets,
  });
  return async (request) => {
    await secrets.addSent(request);
    try {
      return await send(request);
    } catch (error) {
      noteTarget(error, { host: hostOf(new URL(request.url)), region });
      throw error;
    }
  };
}

/**
 * Returns the certificates, in PEM, to trust besides the system's: those of proxies that inspect TLS.
 * The AWS SDK for JavaScript ignores `AWS_CA_BUNDLE`.
 *
 * @throws {WevError} if their file can't be read.
 */
function trustedCertificates(
  { ca_bundle }: Profile,
  { environment, files }: ReadContext,
): string[] {
  const places = [
    ["AWS_CA_BUNDLE", environment.get("AWS_CA_BUNDLE")],
    ["ca_bundle of the profile", ca_bundle],
    ["NODE_EXTRA_CA_CERTS", environment.get("NODE_EXTRA_CA_CERTS")],
  ] as const;
  const [name, file] = places.find(([, path]) => Boolean(path)) ?? [];
  return name && file ? [readCertificates(name, file, files)] : [];
}

/** Bytes: more than all certificate authorities have. */
const MAX_CERTIFICATES = 16 * 1024 * 1024;

function readCertificates(name: string, file: string, files: ReadContext["files"]): string {
  const hint = `Check ${name}.`;
  let text: string;
  try {
    // A pipe or a device may never end.
    const bytes = files.stat(file)?.kind === "file"
      ? files.read(file, MAX_CERTIFICATES)
      : undefined;
    if (bytes === undefined) throw new TypeError("It is not a file");
    // Editors on Windows begin a file with a byte order mark, which the decoder drops.
    text = new TextDecoder().decode(bytes);
  } catch (cause) {
    throw new WevError(`Can't read the certificates in ${file}`, { hint, cause });
  }
  if (!text.includes("-----BEGIN CERTIFICATE-----")) {
    throw new WevError(`There is no certificate in ${file}: it must contain certificates in PEM`, {
      hint,
    });
  }
  return text;
}
