/**
 * What the command gets of a profile's settings. wev takes AWS_PROFILE away from it, so its SDK reads the
 * profile `default`; what the chosen profile says goes along as the variables that SDKs read. Pure: the
 * files have been read. The referee is botocore's `configprovider.py`.
 *
 * @module
 */

import type { DefaultVariable } from "../../plugin/mod.ts";
import type { Profile } from "../../aws/profiles/profile_chain.ts";

/** What a profile says, by name: a setting below another one is `s3.use_arn_region`. */
export interface ProfileSettings {
  /** The profile's own. */
  readonly profile: Profile;
  /** Those of the section that its `services` names, if it does: `dynamodb.endpoint_url`. */
  readonly services: Profile;
}

/** What the command's settings are made of. */
export interface CommandSettings {
  /** The profile that was chosen. */
  readonly chosen: ProfileSettings;
  /** The profile `default`, which the command's SDK would read; `undefined` where it is the chosen one. */
  readonly fallback: ProfileSettings | undefined;
  /** The region of the options or the chosen profile. */
  readonly region: string | undefined;
}

/** A setting and the variable that says the same. */
interface SettingVariable {
  /** The setting; of several, the first that is there counts. */
  readonly settings: readonly string[];
  /** The variables, all with the same value: not every SDK reads the same one. */
  readonly variables: readonly string[];
  /** The documented value of a setting that is not there; without it the command gets that of `default`. */
  readonly usual?: string | ((profile: Profile) => string);
  /** Returns the value for the variable; `undefined` for a value that can't be right. */
  readonly read?: (text: string) => string | undefined;
}

/** Returns whether a switch is on: for the AWS CLI everything but "true" is off; SDKs differ there. */
export function isTrue(text: string | undefined): boolean {
  return text?.toLowerCase() === "true";
}

function readBoolean(text: string): string {
  return String(isTrue(text));
}

function boolean(setting: string, variable: string): SettingVariable {
  return { settings: [setting], variables: [variable], usual: "false", read: readBoolean };
}

function text(setting: string, variable: string, usual?: SettingVariable["usual"]) {
  return {
    settings: [setting],
    variables: [variable],
    ...(usual === undefined ? {} : { usual }),
  };
}

/** It is in each request's user agent: what can't be there is left out. */
function readAppId(text: string): string | undefined {
  return /^[\w!$%&'*+.^`|~,-]{1,50}$/.test(text) ? text : undefined;
}

const TABLE: readonly SettingVariable[] = [
  text("output", "AWS_DEFAULT_OUTPUT", "json"),
  text("ca_bundle", "AWS_CA_BUNDLE"),
  boolean("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
  boolean("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
  text("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", "regional"),
  // The only mode that all SDKs know.
  text("retry_mode", "AWS_RETRY_MODE", "standard"),
  text(
    "max_attempts",
    "AWS_MAX_ATTEMPTS",
    ({ retry_mode }) => retry_mode === "legacy" ? "5" : "3",
  ),
  text("defaults_mode", "AWS_DEFAULTS_MODE", "legacy"),
  {
    settings: ["sdk_ua_app_id"],
    variables: ["AWS_SDK_UA_APP_ID"],
    usual: "",
    read: readAppId,
  },
  boolean("disable_request_compression", "AWS_DISABLE_REQUEST_COMPRESSION"),
  text(
    "request_min_compression_size_bytes",
    "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES",
    "10240",
  ),
  text("request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION", "when_supported"),
  text("response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION", "when_supported"),
  text("account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE", "preferred"),
  boolean("disable_host_prefix_injection", "AWS_DISABLE_HOST_PREFIX_INJECTION"),
  text("sigv4a_signing_region_set", "AWS_SIGV4A_SIGNING_REGION_SET"),
  text("auth_scheme_preference", "AWS_AUTH_SCHEME_PREFERENCE"),
  {
    settings: ["endpoint_discovery_enabled"],
    variables: ["AWS_ENDPOINT_DISCOVERY_ENABLED", "AWS_ENABLE_ENDPOINT_DISCOVERY"],
  },
  boolean("s3_disable_express_session_auth", "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH"),
  {
    settings: ["s3_use_arn_region", "s3.use_arn_region"],
    variables: ["AWS_S3_USE_ARN_REGION"],
    read: readBoolean,
  },
  {
    settings: ["s3_us_east_1_regional_endpoint", "s3.us_east_1_regional_endpoint"],
    variables: ["AWS_S3_US_EAST_1_REGIONAL_ENDPOINT"],
  },
  {
    settings: ["s3_disable_multiregion_access_points", "s3.s3_disable_multiregion_access_points"],
    variables: ["AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS"],
    usual: "false",
    read: readBoolean,
  },
  boolean("tcp_keepalive", "BOTOCORE_TCP_KEEPALIVE"),
  text("data_path", "AWS_DATA_PATH"),
  text("metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT", "1"),
  text("metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", "1"),
  text("ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT"),
  text("ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE"),
  boolean("ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED"),
  boolean("imds_use_ipv6", "AWS_IMDS_USE_IPV6"),
  text("cli_auto_prompt", "AWS_CLI_AUTO_PROMPT", "off"),
];

const ENDPOINT = "AWS_ENDPOINT_URL";
const IGNORE = "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS";

/** Returns what the command gets where its environment does not say it. */
export function commandDefaults(
  { chosen, fallback, region }: CommandSettings,
): readonly DefaultVariable[] {
  const regions: DefaultVariable = {
    // boto3 reads only the second, AWS's JavaScript SDK only the first.
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    ...(region === undefined ? {} : { value: region }),
  };
  // What the profile `default` says, the command's SDK reads itself.
  if (fallback === undefined) return [regions];
  return [
    regions,
    ...TABLE.flatMap((row) => variablesOf(row, chosen.profile, fallback.profile)),
    ...pagerOf(chosen.profile),
    ...endpointsOf(chosen, fallback),
  ];
}

function variablesOf(row: SettingVariable, chosen: Profile, fallback: Profile): DefaultVariable[] {
  const { variables, usual } = row;
  const other = saidBy(fallback, row);
  const usually = typeof usual === "function" ? usual(chosen) : usual;
  const value = saidBy(chosen, row) ??
    (other === undefined || other === usually ? undefined : usually);
  // As for the AWS CLI, an empty variable outside wins over the profile.
  return value === undefined ? [] : [{ names: variables, value, emptyCounts: true }];
}

function saidBy(
  profile: Profile,
  { settings, read = (text) => text }: SettingVariable,
): string | undefined {
  const said = settings.map((name) => lineOf(profile, name)).find((value) => value !== undefined);
  return said === undefined ? undefined : read(said);
}

/** Returns the value of a setting, if it has one, on one line. */
function lineOf(profile: Profile, name: string): string | undefined {
  const value = profile[name];
  return value === undefined || value === "" || hasControls(value) ? undefined : value;
}

// deno-lint-ignore no-control-regex -- no variable has one.
const CONTROLS = /[\0-\x1f\x7f]/;

function hasControls(value: string): boolean {
  return CONTROLS.test(value);
}

/** For the AWS CLI, an empty one means that there is no pager. */
function pagerOf({ cli_pager }: Profile): DefaultVariable[] {
  if (cli_pager === undefined || hasControls(cli_pager)) return [];
  return [{ names: ["AWS_PAGER"], value: cli_pager, emptyCounts: true }];
}

/** The endpoints that a profile names. */
interface Endpoints {
  /** That of each service, by its name in capitals: `ELASTIC_BEANSTALK`. */
  readonly services: ReadonlyMap<string, string>;
  /** That of all others. */
  readonly all: string | undefined;
  /** Whether they are to be ignored. */
  readonly ignored: boolean;
}

function endpointsIn({ profile, services }: ProfileSettings): Endpoints {
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

function endpointsOf(chosen: ProfileSettings, fallback: ProfileSettings): DefaultVariable[] {
  const own = endpointsIn(chosen);
  const other = endpointsIn(fallback);
  const variables: DefaultVariable[] = [...own.services].map(([service, value]) => ({
    names: [`${ENDPOINT}_${service}`],
    value,
    // In the environment, an endpoint of all services comes before a profile's of one.
    unless: [ENDPOINT],
  }));
  if (own.all !== undefined) variables.push({ names: [ENDPOINT], value: own.all });
  const ignore = (value: boolean, unless?: readonly string[]): DefaultVariable => ({
    names: [IGNORE],
    value: String(value),
    emptyCounts: true,
    ...(unless === undefined ? {} : { unless }),
  });
  if (own.ignored) return [ignore(true), ...variables];
  // Those of `default` must not count; but to ignore them is to ignore the environment's, too.
  const isAlone = variables.length === 0;
  if (isAlone && hasEndpoints(other)) variables.unshift(ignore(true, [`${ENDPOINT}*`]));
  if (other.ignored) variables.push(ignore(false));
  return variables;
}

function hasEndpoints({ services, all }: Endpoints): boolean {
  return all !== undefined || services.size > 0;
}

/**
 * Returns sentences about what the command gets of the profile `default` although the chosen profile,
 * `name`, does not say it: no variable says that there is none.
 */
export function leftovers(
  name: string,
  { chosen, fallback, region }: CommandSettings,
  get: GetVariable,
): string[] {
  if (fallback === undefined) return [];
  const sentences: string[] = [];
  const otherRegion = lineOf(fallback.profile, "region");
  const isNamed = region !== undefined || get("AWS_REGION") || get("AWS_DEFAULT_REGION");
  if (!isNamed && otherRegion !== undefined) {
    sentences.push(
      `The profile "${name}" has no region: the command uses that of the profile "default", ` +
        otherRegion,
    );
  }
  const own = endpointsIn(chosen);
  const other = endpointsIn(fallback);
  if (own.ignored || own.all !== undefined || own.services.size === 0) return sentences;
  if (get(ENDPOINT) || isTrue(get(IGNORE))) return sentences;
  const isOfDefault = other.all !== undefined ||
    [...other.services.keys()].some((service) => !own.services.has(service));
  if (isOfDefault) {
    sentences.push(
      `The profile "${name}" has endpoints of some services: for the others the command uses those ` +
        'of the profile "default"',
    );
  }
  return sentences;
}

/** The environment, as far as it names endpoints. */
type GetVariable = (name: string) => string | undefined;

/**
 * Returns the endpoint that the environment or the profile names for a service, in the order of the AWS
 * CLI; `undefined` where none is named, or such endpoints are to be ignored.
 */
export function configuredEndpoint(
  service: string,
  settings: ProfileSettings,
  get: GetVariable,
): string | undefined {
  if (ignoresEndpoints(settings, get)) return undefined;
  const { services, all } = endpointsIn(settings);
  const name = service.toUpperCase();
  return get(`${ENDPOINT}_${name}`) || get(ENDPOINT) || services.get(name) || all;
}

/** Returns whether endpoints of one's own do not count. */
export function ignoresEndpoints({ profile }: ProfileSettings, get: GetVariable): boolean {
  return isTrue(get(IGNORE) ?? profile["ignore_configured_endpoint_urls"]);
}
