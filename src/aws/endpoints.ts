/**
 * Checks what a profile says of endpoints, with the places in its file.
 *
 * @module
 */

import type { Setting } from "./profiles/ini.ts";
import { settingOf } from "./profiles/shared_config.ts";
import { ConfigError } from "../errors.ts";
import type { IdentitySource } from "./profiles/identity_source.ts";

/**
 * Checks where the profile has services asked, if the environment (`get`) does not say it.
 *
 * @throws {ConfigError} if there are no such services, or an endpoint can't be a URL.
 */
export function checkEndpoints(
  { profile, endpointKind, shared: { config } }: Pick<
    IdentitySource,
    "profile" | "endpointKind" | "shared"
  >,
  get: (name: string) => string | undefined,
): void {
  if (endpointKind.ignoreConfiguredEndpointUrls) return;
  if (get("AWS_ENDPOINT_URL_STS") || get("AWS_ENDPOINT_URL")) return;
  const section = config.profiles.get(profile);
  const reference = settingOf(section, "services");
  const services = reference?.value ? config.services.get(reference.value) : undefined;
  if (reference?.value && services === undefined) {
    throw new ConfigError(
      reference.valueLocation,
      `The profile "${profile}" has services "${reference.value}", but there is no section ` +
        `[services ${reference.value}]`,
      {
        suggest: { word: reference.value, known: [...config.services.keys()] },
        hint: "Check the name, or remove the setting.",
      },
    );
  }
  const endpoints = [
    ...["sts", "iam", "sso", "sso_oidc", "signin"].map((name) =>
      settingOf(services, name)?.settings?.get("endpoint_url")
    ),
    settingOf(section, "endpoint_url"),
  ];
  for (const endpoint of endpoints) {
    if (endpoint !== undefined && /\s/.test(endpoint.value)) throw wrongValue(endpoint);
  }
}

/** Returns the error of a value in which somebody may have written a comment. */
export function wrongValue({ name, valueLocation }: Setting): ConfigError {
  return new ConfigError(valueLocation, `${name} has a value that can't be right`, {
    hint:
      "If part of it is a comment, write that on a line of its own: behind a value there are none.",
  });
}
