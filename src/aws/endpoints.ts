/**
 * Custom endpoints of services, from the environment and the profile, in the order of the AWS CLI.
 *
 * @module
 */

import { ConfigError } from "../errors.ts";
import type { Setting } from "./profiles/ini.ts";
import {
  isTrue,
  lineOf,
  type ProfileSettings,
  settingOf,
  type SharedConfig,
} from "./profiles/shared_config.ts";

/** Custom endpoints by service. */
export interface Endpoints {
  /** That of STS. */
  readonly sts: string | undefined;
  /** That of IAM. */
  readonly iam: string | undefined;
  /** That of IAM Identity Center. */
  readonly sso: string | undefined;
  /** That of the service that renews a sign-in there. */
  readonly ssoOidc: string | undefined;
  /** That of the service that renews a sign-in of `aws login`. */
  readonly signin: string | undefined;
}

/** The settings by which the SDK's clients choose endpoints, by the SDK's names. */
export interface EndpointKind {
  /** Whether custom endpoints are ignored. */
  readonly ignoreConfiguredEndpointUrls: boolean;
  /** Whether to use AWS's endpoints with IPv6. */
  readonly useDualstackEndpoint: boolean;
  /** Whether to use AWS's endpoints with FIPS 140. */
  readonly useFipsEndpoint: boolean;
}

/** Returns an environment variable. */
export type GetVariable = (name: string) => string | undefined;

/** The variable with the endpoint of all services; with `_STS` appended, that of STS alone. */
export const ENDPOINT_VARIABLE = "AWS_ENDPOINT_URL";
/** The variable that switches custom endpoints off. */
export const IGNORE_ENDPOINTS_VARIABLE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/** Returns the custom endpoints of the services that wev uses. */
export function endpointsOf(settings: ProfileSettings, get: GetVariable): Endpoints {
  const endpoint = (service: string) => configuredEndpoint(service, settings, get);
  return {
    sts: endpoint("sts"),
    iam: endpoint("iam"),
    sso: endpoint("sso"),
    ssoOidc: endpoint("sso_oidc"),
    signin: endpoint("signin"),
  };
}

/** Returns the settings by which clients choose endpoints. */
export function endpointKindOf(settings: ProfileSettings, get: GetVariable): EndpointKind {
  const isOn = (name: string, setting: string) => isTrue(get(name) ?? settings.profile[setting]);
  return {
    ignoreConfiguredEndpointUrls: ignoresEndpoints(settings, get),
    useDualstackEndpoint: isOn("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint"),
    useFipsEndpoint: isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
  };
}

/**
 * Returns the endpoint that the environment or the profile sets for a service; `undefined` if there is
 * none, or custom endpoints are ignored.
 */
export function configuredEndpoint(
  service: string,
  settings: ProfileSettings,
  get: GetVariable,
): string | undefined {
  if (ignoresEndpoints(settings, get)) return undefined;
  const { services, all } = profileEndpoints(settings);
  const name = service.toUpperCase();
  return get(`${ENDPOINT_VARIABLE}_${name}`) || get(ENDPOINT_VARIABLE) || services.get(name) || all;
}

/** Returns whether custom endpoints are ignored. */
function ignoresEndpoints({ profile }: ProfileSettings, get: GetVariable): boolean {
  return isTrue(get(IGNORE_ENDPOINTS_VARIABLE) ?? profile["ignore_configured_endpoint_urls"]);
}

/** The endpoints that a profile sets. */
export interface ProfileEndpoints {
  /** Those of single services, by their names in capitals: `ELASTIC_BEANSTALK`. */
  readonly services: ReadonlyMap<string, string>;
  /** That of all others. */
  readonly all: string | undefined;
  /** Whether custom endpoints are to be ignored. */
  readonly ignored: boolean;
}

/** Returns the endpoints that a profile sets. */
export function profileEndpoints({ profile, services }: ProfileSettings): ProfileEndpoints {
  const named = Object.keys(services).flatMap((name): [string, string][] => {
    const service = /^(\w+)\.endpoint_url$/.exec(name)?.[1];
    const url = service === undefined ? undefined : lineOf(services, name);
    return url === undefined ? [] : [[service!.toUpperCase(), url]];
  });
  return {
    services: new Map(named),
    all: lineOf(profile, "endpoint_url"),
    ignored: isTrue(profile["ignore_configured_endpoint_urls"]),
  };
}

/** The profile with the endpoints to check. */
export interface EndpointSource {
  /** Its name. */
  readonly profile: string;
  /** The settings by which clients choose endpoints. */
  readonly endpointKind: EndpointKind;
  /** The files of profiles. */
  readonly shared: { readonly config: SharedConfig };
}

/**
 * Checks the endpoints of the profile, unless the environment sets the endpoint of STS.
 *
 * @throws {ConfigError} if its `services` do not exist, or an endpoint can't be a URL.
 */
export function checkEndpoints(
  { profile, endpointKind, shared: { config } }: EndpointSource,
  get: GetVariable,
): void {
  if (endpointKind.ignoreConfiguredEndpointUrls) return;
  if (get(`${ENDPOINT_VARIABLE}_STS`) || get(ENDPOINT_VARIABLE)) return;
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
    if (endpoint !== undefined && /\s/.test(endpoint.value)) throw invalidValue(endpoint);
  }
}

/** Returns the error of an invalid value, often one that a comment follows. */
export function invalidValue({ name, valueLocation }: Setting): ConfigError {
  return new ConfigError(valueLocation, `${name} has an invalid value`, {
    hint:
      "If part of it is a comment, move the comment to a line of its own: after a value, AWS's tools " +
      "read no comments.",
  });
}
