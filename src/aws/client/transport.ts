/**
 * The one way on which requests leave and answers come in, whoever makes them: nothing goes to a host
 * that is not AWS's, and no answer brings a secret back.
 *
 * @module
 */

import type { Fetch, KnownSecrets, ResolveContext } from "../../plugin/mod.ts";
import { trustedCertificates } from "./certificates.ts";
import { noteTarget } from "../failures.ts";
import { checkHost, hostOf } from "./hosts.ts";
import type { Profile } from "../profiles/profile_chain.ts";
import type { NamedRegion } from "../regions.ts";

/** Milliseconds until a connection must stand. */
const CONNECT_TIMEOUT_MS = 5_000;

/** The secrets of a resolution, as far as they are known by now. */
export class RunSecrets implements KnownSecrets {
  /** Those that AWS never gives back on purpose. */
  readonly always: Set<string> = new Set();
  /** Those that may stand in an answer rightly. */
  readonly inRefusals: Set<string> = new Set();

  /** Adds what signs requests. */
  addKeys(keys: { readonly secretAccessKey: string; readonly sessionToken?: string | undefined }) {
    this.always.add(keys.secretAccessKey);
    if (keys.sessionToken !== undefined) this.always.add(keys.sessionToken);
  }

  /** Adds what a request carries. */
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

  /** The names of secrets in the requests of IAM Identity Center and of sign-in. */
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
 * Returns what sends requests. `region` is where services are asked, if one is named.
 *
 * @throws {WevError} where certificates can't be read.
 */
export function createSender(
  settings: Profile,
  secrets: RunSecrets,
  { createFetch, environment }: ResolveContext,
  region?: NamedRegion,
): Fetch {
  const send = createFetch({
    connectTimeout: CONNECT_TIMEOUT_MS,
    certificates: trustedCertificates(settings, (name) => environment.get(name) || undefined),
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
