/**
 * The settings of a profile that the command gets. wev removes AWS_PROFILE from the command's environment,
 * so its SDK reads the profile `default`. The settings of the chosen profile go into the variables that SDKs
 * read. Pure: the files have been read. botocore's `configprovider.py` is the reference.
 *
 * @module
 */

import {
  ENDPOINT_VARIABLE as ENDPOINT,
  type GetVariable,
  IGNORE_ENDPOINTS_VARIABLE as IGNORE,
  type ProfileEndpoints,
  profileEndpoints,
} from "../../aws/endpoints.ts";
import {
  hasControls,
  isTrue,
  lineOf,
  type Profile,
  type ProfileSettings,
} from "../../aws/profiles/shared_config.ts";
import type { DefaultVariable } from "../../plugin/mod.ts";

/** The profiles that the command's settings come from. */
export interface CommandSettings {
  /** The chosen profile. */
  readonly chosen: ProfileSettings;
  /** The profile `default`, which the command's SDK reads; `undefined` if it is the chosen one. */
  readonly fallback: ProfileSettings | undefined;
  /** The region of the options or the chosen profile. */
  readonly region: string | undefined;
}

/** A setting and the variables of the same meaning. */
interface SettingVariable {
  /** The names of the setting; the first one that is set counts. */
  readonly settings: readonly string[];
  /** The variables. All get the same value: SDKs read different ones. */
  readonly variables: readonly string[];
  /** The documented default of the SDKs; without it the command gets the value of the profile `default`. */
  readonly sdkDefault?: string | ((profile: Profile) => string);
  /** Returns the value of the variable; `undefined` if the setting is invalid. */
  readonly read?: (text: string) => string | undefined;
}

function readBoolean(text: string): string {
  return String(isTrue(text));
}

function boolean(setting: string, variable: string): SettingVariable {
  return { settings: [setting], variables: [variable], sdkDefault: "false", read: readBoolean };
}

function text(setting: string, variable: string, sdkDefault?: SettingVariable["sdkDefault"]) {
  return {
    settings: [setting],
    variables: [variable],
    ...(sdkDefault === undefined ? {} : { sdkDefault }),
  };
}

/** Returns an application ID if it fits into the user agent of a request. */
function readAppId(text: string): string | undefined {
  return /^[\w!$%&'*+.^`|~,-]{1,50}$/.test(text) ? text : undefined;
}

const TABLE: readonly SettingVariable[] = [
  text("output", "AWS_DEFAULT_OUTPUT", "json"),
  text("ca_bundle", "AWS_CA_BUNDLE"),
  boolean("use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT"),
  boolean("use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT"),
  text("sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", "regional"),
  // The only mode that all SDKs have.
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
    sdkDefault: "",
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
    sdkDefault: "false",
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

/** Returns the variables that the command gets unless its environment sets them. */
export function commandDefaults(
  { chosen, fallback, region }: CommandSettings,
): readonly DefaultVariable[] {
  const regions: DefaultVariable = {
    // boto3 reads only the second, AWS's JavaScript SDK only the first.
    names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
    ...(region === undefined ? {} : { value: region }),
  };
  // The command's SDK reads the profile `default` itself.
  if (fallback === undefined) return [regions];
  return [
    regions,
    ...TABLE.flatMap((row) => variablesOf(row, chosen.profile, fallback.profile)),
    ...pagerOf(chosen.profile),
    ...endpointsOf(chosen, fallback),
  ];
}

function variablesOf(row: SettingVariable, chosen: Profile, fallback: Profile): DefaultVariable[] {
  const { variables, sdkDefault } = row;
  const other = valueIn(fallback, row);
  const documented = typeof sdkDefault === "function" ? sdkDefault(chosen) : sdkDefault;
  const value = valueIn(chosen, row) ??
    (other === undefined || other === documented ? undefined : documented);
  // As for the AWS CLI, an empty variable in the environment wins over the profile.
  return value === undefined ? [] : [{ names: variables, value, emptyCounts: true }];
}

function valueIn(
  profile: Profile,
  { settings, read = (text) => text }: SettingVariable,
): string | undefined {
  const text = settings.map((name) => lineOf(profile, name)).find((value) => value !== undefined);
  return text === undefined ? undefined : read(text);
}

/** An empty pager switches it off in the AWS CLI, so it counts as set. */
function pagerOf({ cli_pager }: Profile): DefaultVariable[] {
  if (cli_pager === undefined || hasControls(cli_pager)) return [];
  return [{ names: ["AWS_PAGER"], value: cli_pager, emptyCounts: true }];
}

function endpointsOf(chosen: ProfileSettings, fallback: ProfileSettings): DefaultVariable[] {
  const own = profileEndpoints(chosen);
  const other = profileEndpoints(fallback);
  const variables: DefaultVariable[] = [...own.services].map(([service, value]) => ({
    names: [`${ENDPOINT}_${service}`],
    value,
    // An endpoint of all services in the environment wins over one of a single service in a profile.
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
  // The endpoints of `default` must not apply. The variable that ignores them ignores those of the
  // environment too, so it is set only if there are none.
  const isAlone = variables.length === 0;
  if (isAlone && hasEndpoints(other)) variables.unshift(ignore(true, [`${ENDPOINT}*`]));
  if (other.ignored) variables.push(ignore(false));
  return variables;
}

function hasEndpoints({ services, all }: ProfileEndpoints): boolean {
  return all !== undefined || services.size > 0;
}

/**
 * Returns warnings about settings of the profile `default` that the command uses although the chosen
 * profile, `name`, does not have them: no variable can unset them.
 */
export function defaultProfileWarnings(
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
  const own = profileEndpoints(chosen);
  const other = profileEndpoints(fallback);
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
