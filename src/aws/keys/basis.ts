/**
 * The settings and files that cached credentials depend on.
 *
 * @module
 */

import type { ReadContext } from "../context.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";

/** The settings and files that credentials depend on. */
export interface CredentialBasis {
  /** The settings, by a name for people. No secret. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  /** Absolute paths of the files, whether they exist or not. */
  readonly files: readonly string[];
}

/** Returns the settings and files that the credentials of `source` depend on. */
export async function credentialBasis(
  source: IdentitySource,
  context: ReadContext,
): Promise<CredentialBasis> {
  const { base, roles, settings, services } = source;
  const endpoints = [
    ...Object.entries(settings).filter(([name]) => ENDPOINT_SETTINGS.test(name)),
    ...Object.entries(services),
  ];
  const provided = base.kind === "provider"
    ? await (await loadProviderBasis()).providerBasis(base, source, context)
    : { settings: {}, files: [] };
  return {
    settings: {
      "profile": source.profiles[0],
      ...provided.settings,
      "access key ID": base.kind === "keys" ? base.accessKeyId : undefined,
      "roles": roles.length === 0 ? undefined : JSON.stringify(roles),
      "region": source.region,
      "endpoints": endpoints.length === 0 ? undefined : JSON.stringify(endpoints.sort()),
    },
    files: [...source.shared.files, ...provided.files],
  };
}

/** The settings of a profile that decide where requests go. */
const ENDPOINT_SETTINGS =
  /^(?:endpoint_url|services|use_fips_endpoint|use_dualstack_endpoint|sts_regional_endpoints|ignore_configured_endpoint_urls)$/;

/** Few credentials come from a provider, and Node's modules take longer to load than all the rest. */
function loadProviderBasis(): Promise<typeof import("./provider_basis.ts")> {
  return import(["./provider_basis.ts"].join());
}
