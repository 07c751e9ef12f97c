import assert from "node:assert/strict";
import {
  commandDefaults,
  defaultProfileWarnings,
} from "../../../src/plugins/aws_mfa/command_settings.ts";
import { findMfaSource } from "../../../src/plugins/aws_mfa/source.ts";
import type { ProfileSettings } from "../../../src/aws/profiles/shared_config.ts";
import {
  isBotocoreInstalled,
  seenByBotocore,
  type SeenSettings,
} from "../../support/aws/botocore.ts";
import { explainContext } from "../../support/explain_context.ts";
import { commandOf } from "../../support/command_environment.ts";

type Texts = Readonly<Record<string, string>>;

function settings(profile: Texts, services: Texts = {}): ProfileSettings {
  return { profile, services };
}

/** Returns what the command gets that is started without variables of AWS. */
function given(
  chosen: ProfileSettings,
  fallback: ProfileSettings | undefined = settings({}),
  environment: Texts = {},
): Record<string, string> {
  const { AWS_ACCESS_KEY_ID: _, WEV_OUTER: __, ...rest } = commandOf(
    commandDefaults({ chosen, fallback, region: chosen.profile["region"] }),
    environment,
  );
  return rest;
}

Deno.test("commandDefaults() gives what the profile says", () => {
  const chosen = settings({
    region: "eu-west-1",
    output: "text",
    ca_bundle: "/etc/ca.pem",
    use_fips_endpoint: "TRUE",
    use_dualstack_endpoint: "yes",
    retry_mode: "adaptive",
    max_attempts: "7",
    sdk_ua_app_id: "shop",
    endpoint_url: "https://all",
    services: "mine",
    cli_pager: "",
    "s3.use_arn_region": "true",
    role_arn: "arn:aws:iam::123456789012:role/r",
    aws_access_key_id: "AKIA",
  }, {
    "s3.endpoint_url": "https://s3",
    "elastic_beanstalk.endpoint_url": "https://eb",
    "s3.other": "x",
    "two words.endpoint_url": "https://none",
  });
  assert.deepEqual(given(chosen), {
    AWS_REGION: "eu-west-1",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_DEFAULT_OUTPUT: "text",
    AWS_CA_BUNDLE: "/etc/ca.pem",
    AWS_USE_FIPS_ENDPOINT: "true",
    AWS_USE_DUALSTACK_ENDPOINT: "false",
    AWS_RETRY_MODE: "adaptive",
    AWS_MAX_ATTEMPTS: "7",
    AWS_SDK_UA_APP_ID: "shop",
    AWS_S3_USE_ARN_REGION: "true",
    AWS_PAGER: "",
    AWS_ENDPOINT_URL: "https://all",
    AWS_ENDPOINT_URL_S3: "https://s3",
    AWS_ENDPOINT_URL_ELASTIC_BEANSTALK: "https://eb",
  });
});

Deno.test("commandDefaults() gives of the profile default the region only: SDKs read the rest", () => {
  const chosen = settings({ region: "eu-west-1", output: "text", endpoint_url: "https://all" });
  const defaults = commandDefaults({ chosen, fallback: undefined, region: "eu-west-1" });
  assert.deepEqual(defaults.map(({ names }) => names), [["AWS_REGION", "AWS_DEFAULT_REGION"]]);
});

Deno.test("commandDefaults() keeps what the profile default says from the command", () => {
  const fallback = settings({
    output: "table",
    use_fips_endpoint: "true",
    use_dualstack_endpoint: "false",
    retry_mode: "adaptive",
    max_attempts: "9",
    sdk_ua_app_id: "shop",
    endpoint_url: "https://all",
  });
  const usual = {
    AWS_DEFAULT_OUTPUT: "json",
    AWS_USE_FIPS_ENDPOINT: "false",
    AWS_RETRY_MODE: "standard",
    AWS_MAX_ATTEMPTS: "3",
    AWS_SDK_UA_APP_ID: "",
  };
  assert.deepEqual(given(settings({}), fallback), {
    ...usual,
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true",
  });
  const legacy = given(settings({ retry_mode: "legacy" }), fallback);
  assert.equal(legacy["AWS_MAX_ATTEMPTS"], "5");
  // Who has an endpoint in the environment wants it to count.
  const environment = { AWS_ENDPOINT_URL_S3: "https://minio" };
  assert.deepEqual(given(settings({}), fallback, environment), { ...usual, ...environment });
});

/** By what is checked: the chosen profile, `default`, the environment, and what the command gets. */
const ENDPOINTS: Readonly<
  Record<string, readonly [ProfileSettings, ProfileSettings, Texts, Texts]>
> = {
  "an endpoint of all services outside comes before those of the profile": [
    settings({ endpoint_url: "https://all" }, { "s3.endpoint_url": "https://s3" }),
    settings({}),
    { AWS_ENDPOINT_URL: "https://outside" },
    { AWS_ENDPOINT_URL: "https://outside" },
  ],
  "an endpoint of one service outside leaves the others": [
    settings({}, { "s3.endpoint_url": "https://s3", "sts.endpoint_url": "https://sts" }),
    settings({}),
    { AWS_ENDPOINT_URL_S3: "https://outside" },
    { AWS_ENDPOINT_URL_S3: "https://outside", AWS_ENDPOINT_URL_STS: "https://sts" },
  ],
  "an empty endpoint outside is none": [
    settings({ endpoint_url: "https://all" }),
    settings({}),
    { AWS_ENDPOINT_URL: "" },
    { AWS_ENDPOINT_URL: "https://all" },
  ],
  "a profile that ignores endpoints": [
    settings({ endpoint_url: "https://all", ignore_configured_endpoint_urls: "true" }),
    settings({ endpoint_url: "https://default" }),
    {},
    { AWS_ENDPOINT_URL: "https://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "true" },
  ],
  "a profile default that ignores endpoints, which another has": [
    settings({ endpoint_url: "https://all" }),
    settings({ ignore_configured_endpoint_urls: "true" }),
    {},
    { AWS_ENDPOINT_URL: "https://all", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
  ],
  "a profile default that ignores endpoints, which the environment has": [
    settings({}),
    settings({ ignore_configured_endpoint_urls: "true", endpoint_url: "https://default" }),
    { AWS_ENDPOINT_URL: "https://outside" },
    { AWS_ENDPOINT_URL: "https://outside", AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
  ],
  "what is said outside of ignoring endpoints stays": [
    settings({}),
    settings({ endpoint_url: "https://default" }),
    { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
    { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" },
  ],
};

for (const [what, [chosen, fallback, environment, expected]] of Object.entries(ENDPOINTS)) {
  Deno.test(`commandDefaults(): ${what}`, () => {
    assert.deepEqual(given(chosen, fallback, environment), expected);
  });
}

Deno.test("commandDefaults() leaves out what no variable can hold", () => {
  const chosen = settings({
    output: "te\nxt",
    cli_pager: "le\nss",
    endpoint_url: "https://a\nb",
    sdk_ua_app_id: "two words",
    retry_mode: "",
  }, { "s3.endpoint_url": "" });
  assert.deepEqual(given(chosen), {});
  const long = settings({ sdk_ua_app_id: "x".repeat(51) });
  assert.deepEqual(given(long, settings({ sdk_ua_app_id: "shop" })), {
    AWS_SDK_UA_APP_ID: "",
  });
});

Deno.test("defaultProfileWarnings() warns about settings of the profile default that no variable can unset", () => {
  const told = (
    chosen: ProfileSettings,
    fallback: ProfileSettings,
    environment: Texts = {},
    region: string | undefined = undefined,
  ) =>
    defaultProfileWarnings("prod", { chosen, fallback, region }, (name) => environment[name])
      .length;
  const region = settings({ region: "eu-west-1" });
  assert.equal(told(settings({}), region), 1);
  assert.equal(told(settings({}), region, { AWS_REGION: "us-east-1" }), 0);
  assert.equal(told(settings({}), region, { AWS_REGION: "" }), 1);
  assert.equal(told(settings({}), region, {}, "us-east-1"), 0);
  assert.equal(told(settings({}), settings({})), 0);
  const s3 = settings({}, { "s3.endpoint_url": "https://s3" });
  const all = settings({ endpoint_url: "https://all" });
  assert.equal(told(s3, all), 1);
  assert.equal(told(s3, s3), 0);
  assert.equal(told(all, s3), 0);
  assert.equal(told(settings({}), all), 0);
  assert.equal(told(s3, all, { AWS_ENDPOINT_URL: "https://outside" }), 0);
});

/** Numbers from 0 to 1 that are the same in each run (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const BOOLEANS = ["true", "false", "True", "yes"];
/** Settings of both profiles, the variables that say the same, and values. */
const GENERATED: readonly (readonly [string, string, readonly string[]])[] = [
  ["output", "AWS_DEFAULT_OUTPUT", ["json", "text", "table"]],
  ["use_fips_endpoint", "AWS_USE_FIPS_ENDPOINT", BOOLEANS],
  ["use_dualstack_endpoint", "AWS_USE_DUALSTACK_ENDPOINT", BOOLEANS],
  ["sts_regional_endpoints", "AWS_STS_REGIONAL_ENDPOINTS", ["legacy", "regional"]],
  ["retry_mode", "AWS_RETRY_MODE", ["standard", "adaptive", "legacy"]],
  ["max_attempts", "AWS_MAX_ATTEMPTS", ["2", "7"]],
  ["defaults_mode", "AWS_DEFAULTS_MODE", ["standard", "legacy", "mobile"]],
  ["sdk_ua_app_id", "AWS_SDK_UA_APP_ID", ["shop", "a-b_c"]],
  ["disable_request_compression", "AWS_DISABLE_REQUEST_COMPRESSION", BOOLEANS],
  ["request_min_compression_size_bytes", "AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", ["0", "99"]],
  ["request_checksum_calculation", "AWS_REQUEST_CHECKSUM_CALCULATION", ["when_required"]],
  ["response_checksum_validation", "AWS_RESPONSE_CHECKSUM_VALIDATION", ["when_required"]],
  ["account_id_endpoint_mode", "AWS_ACCOUNT_ID_ENDPOINT_MODE", ["disabled", "required"]],
  ["disable_host_prefix_injection", "AWS_DISABLE_HOST_PREFIX_INJECTION", BOOLEANS],
  ["s3_disable_express_session_auth", "AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", ["true", "false"]],
  ["tcp_keepalive", "BOTOCORE_TCP_KEEPALIVE", BOOLEANS],
  ["metadata_service_timeout", "AWS_METADATA_SERVICE_TIMEOUT", ["2"]],
  ["metadata_service_num_attempts", "AWS_METADATA_SERVICE_NUM_ATTEMPTS", ["3"]],
  ["ec2_metadata_v1_disabled", "AWS_EC2_METADATA_V1_DISABLED", BOOLEANS],
  ["imds_use_ipv6", "AWS_IMDS_USE_IPV6", BOOLEANS],
];
/** Settings that only the chosen profile has: no variable says that there is none. */
const CHOSEN_ONLY: typeof GENERATED = [
  ["ca_bundle", "AWS_CA_BUNDLE", ["/etc/ca.pem"]],
  ["data_path", "AWS_DATA_PATH", ["/models"]],
  ["endpoint_discovery_enabled", "AWS_ENDPOINT_DISCOVERY_ENABLED", ["true", "false", "auto"]],
  ["sigv4a_signing_region_set", "AWS_SIGV4A_SIGNING_REGION_SET", ["us-*"]],
  ["auth_scheme_preference", "AWS_AUTH_SCHEME_PREFERENCE", ["sigv4a, sigv4"]],
  ["ec2_metadata_service_endpoint", "AWS_EC2_METADATA_SERVICE_ENDPOINT", ["http://127.0.0.1"]],
  ["ec2_metadata_service_endpoint_mode", "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", ["ipv6"]],
  ["s3_use_arn_region", "AWS_S3_USE_ARN_REGION", BOOLEANS],
  ["s3_us_east_1_regional_endpoint", "AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", ["regional"]],
];
const SERVICES = ["s3", "dynamodb", "elastic_beanstalk"];

interface Generated {
  readonly config: string;
  readonly environment: Texts;
}

function generate(random: () => number): Generated {
  const one = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)]!;
  const some = (table: typeof GENERATED, share: number) =>
    table.filter(() => random() < share).map(([name, , values]) => `${name} = ${one(values)}`);
  const chosen = ["region = eu-west-1", ...some(GENERATED, 0.4), ...some(CHOSEN_ONLY, 0.3)];
  const fallback = ["region = us-west-2", ...some(GENERATED, 0.4)];
  const sections: string[] = [];
  const endpoints = (owner: string, lines: string[], kind: number) => {
    if (kind % 2 === 1) lines.push(`endpoint_url = https://all.${owner}`);
    if (kind < 2) return;
    lines.push(`services = ${owner}`);
    sections.push(
      `[services ${owner}]`,
      ...SERVICES.filter(() => random() < 0.6)
        .flatMap((service) => [`${service} =`, `  endpoint_url = https://${service}.${owner}`]),
      "sso =",
      "  endpoint_url = https://sso",
    );
  };
  const kind = Math.floor(random() * 4);
  endpoints("prod", chosen, kind);
  // Where the chosen profile has endpoints of some services only, those of `default` can't be told away.
  if (kind !== 2) endpoints("default", fallback, Math.floor(random() * 4));
  if (random() < 0.2) chosen.push(`ignore_configured_endpoint_urls = ${one(BOOLEANS)}`);
  if (random() < 0.2) fallback.push(`ignore_configured_endpoint_urls = ${one(BOOLEANS)}`);
  const outside = [...GENERATED, ...CHOSEN_ONLY].filter(() => random() < 0.1)
    .map(([, variable, values]) => [variable, one(values)]);
  if (random() < 0.2) outside.push(["AWS_ENDPOINT_URL", "https://outside"]);
  if (random() < 0.2) outside.push(["AWS_DEFAULT_REGION", "ap-south-1"]);
  // An endpoint of one service beside those of `default`: to ignore these is to ignore that.
  if (kind % 2 === 1 && random() < 0.2) outside.push(["AWS_ENDPOINT_URL_S3", "https://outside.s3"]);
  return {
    config: [
      "[default]",
      ...fallback,
      "[profile prod]",
      "aws_access_key_id = AKIAIOSFODNN7EXAMPLE",
      "aws_secret_access_key = secret",
      ...chosen,
      ...sections,
      "",
    ].join("\n"),
    environment: Object.fromEntries(outside),
  };
}

/** What is the same to botocore. */
function same(name: string, seen: SeenSettings[string]): SeenSettings[string] {
  if (seen === null || seen === "") return /^(?:region|endpoint of .*)$/.test(name) ? null : false;
  // Read as a boolean later.
  if (name === "s3_disable_express_session_auth") return seen === "true";
  if (name === "request_min_compression_size_bytes") return Number(seen);
  return seen;
}

Deno.test({
  name: "commandDefaults() has botocore see what it sees with the profile",
  ignore: !isBotocoreInstalled(),
  async fn() {
    const random = numbersFrom(20260131);
    const directory = Deno.makeTempDirSync({ prefix: "wev-test-" });
    try {
      const cases = [...Array(150).keys()].map((index) => {
        const generated = generate(random);
        const file = `${directory}/${index}`;
        Deno.writeTextFileSync(file, generated.config);
        return { ...generated, file };
      });
      const withProfile = cases.map(({ environment, file }) => ({
        ...environment,
        AWS_CONFIG_FILE: file,
        AWS_SHARED_CREDENTIALS_FILE: `${directory}/none`,
        AWS_PROFILE: "prod",
      }));
      const configs = new Map(withProfile.map((environment, index) => [
        environment as Texts,
        cases[index]!.config,
      ]));
      const withWev = withProfile.map((environment: Texts) => {
        const files = { [environment["AWS_CONFIG_FILE"]!]: configs.get(environment)! };
        const source = findMfaSource({}, explainContext({ environment, files }));
        return commandOf(commandDefaults(source.command), environment);
      });
      const before = await seenByBotocore(withProfile);
      const after = await seenByBotocore(withWev);
      for (const [index, { config, environment }] of cases.entries()) {
        const said = (setting: string, variable: string) =>
          variable in environment ||
          config.split("[profile prod]")[1]!.split("[services")[0]!.includes(`${setting} =`);
        for (const [name, expected] of Object.entries(before[index]!)) {
          const seen = after[index]![name]!;
          if (same(name, seen) === same(name, expected)) continue;
          // botocore has other defaults than the other SDKs, and than its own documentation.
          const isUsual = name === "retry_mode"
            ? seen === "standard" && !said("retry_mode", "AWS_RETRY_MODE")
            : name === "max_attempts" && [3, 5].includes(Number(seen)) &&
              !said("max_attempts", "AWS_MAX_ATTEMPTS");
          assert.ok(
            isUsual,
            `${name}: ${seen}, not ${expected}, with\n${config}\n` +
              JSON.stringify({ environment, command: withWev[index] }, undefined, 1),
          );
        }
      }
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  },
});
