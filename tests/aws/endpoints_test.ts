import assert from "node:assert/strict";
import { parseSharedConfig } from "../../src/aws/profiles/shared_config.ts";
import { ConfigError } from "../../src/errors.ts";
import {
  checkEndpoints,
  configuredEndpoint,
  endpointKindOf,
  endpointsOf,
  profileEndpoints,
} from "../../src/aws/endpoints.ts";

function check(
  text: string,
  { ignored = false, environment = {} }: {
    readonly ignored?: boolean;
    readonly environment?: Readonly<Record<string, string>>;
  } = {},
): void {
  const config = parseSharedConfig({ file: "/c", text }, { file: "/none", text: undefined });
  checkEndpoints({
    profile: "p",
    endpointKind: {
      ignoreConfiguredEndpointUrls: ignored,
      useDualstackEndpoint: false,
      useFipsEndpoint: false,
    },
    shared: { config },
  }, (name) => environment[name]);
}

const WRONG: Readonly<Record<string, [text: string, message: RegExp]>> = {
  "a comment": ["[profile p]\nendpoint_url = http://x # mine\n", /^\/c:2:16: endpoint_url has/],
  "a comment behind the endpoint of a service": [
    "[profile p]\nservices = x\n[services x]\nsts =\n  endpoint_url = http://x ; mine\n",
    /^\/c:5:18: endpoint_url has/,
  ],
  "no such services": [
    "[profile p]\nservices = x\n[services y]\n",
    /^\/c:2:12: .*services "x", but/,
  ],
};

for (const [what, [text, message]] of Object.entries(WRONG)) {
  Deno.test(`checkEndpoints() refuses ${what}, unless it does not count`, () => {
    assert.throws(
      () => check(text),
      (error) => error instanceof ConfigError && message.test(error.message),
    );
    check(text, { ignored: true });
    check(text, { environment: { AWS_ENDPOINT_URL: "http://y" } });
    check(text, { environment: { AWS_ENDPOINT_URL_STS: "http://y" } });
  });
}

Deno.test("checkEndpoints() takes endpoints, and profiles without", () => {
  check("");
  check("[profile p]\nservices =\n");
  check(
    "[profile p]\nservices = x\nendpoint_url = http://x/#y\n" +
      "[services x]\nsts =\n  endpoint_url = http://x\ns3 =\n  endpoint_url = http://x # mine\n",
  );
});

type Texts = Readonly<Record<string, string>>;

Deno.test("configuredEndpoint() has the order of the AWS CLI", () => {
  const settings = (profile: Texts, services: Texts = {}) => ({ profile, services });
  const both = settings({ endpoint_url: "https://all" }, { "sts.endpoint_url": "https://sts" });
  const of = (environment: Texts, chosen = both, service: "sts" | "iam" = "sts") =>
    configuredEndpoint(service, chosen, (name) => environment[name]);
  assert.equal(
    of({ AWS_ENDPOINT_URL_STS: "https://1", AWS_ENDPOINT_URL: "https://2" }),
    "https://1",
  );
  assert.equal(
    of({ AWS_ENDPOINT_URL_IAM: "https://1", AWS_ENDPOINT_URL: "https://2" }),
    "https://2",
  );
  assert.equal(of({ AWS_ENDPOINT_URL: "" }), "https://sts");
  assert.equal(of({}, both, "iam"), "https://all");
  assert.equal(of({}, settings({})), undefined);
  assert.equal(of({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "True" }), undefined);
  const ignoring = settings({ ...both.profile, ignore_configured_endpoint_urls: "true" });
  assert.equal(of({ AWS_ENDPOINT_URL: "https://2" }, ignoring), undefined);
  assert.equal(of({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "false" }, ignoring), "https://all");
});

Deno.test("endpointsOf() has the endpoint of each service", () => {
  const settings = { profile: {}, services: { "sso_oidc.endpoint_url": "https://oidc" } };
  const environment: Texts = {
    AWS_ENDPOINT_URL_STS: "https://sts",
    AWS_ENDPOINT_URL_SIGNIN: "https://in",
  };
  assert.deepEqual(endpointsOf(settings, (name) => environment[name]), {
    sts: "https://sts",
    iam: undefined,
    sso: undefined,
    ssoOidc: "https://oidc",
    signin: "https://in",
  });
});

Deno.test("endpointKindOf() prefers the environment to the profile, even if it switches off", () => {
  const kind = (environment: Texts, profile: Texts = {}) =>
    Object.values(endpointKindOf({ profile, services: {} }, (name) => environment[name]));
  const profile = {
    ignore_configured_endpoint_urls: "true",
    use_dualstack_endpoint: "True",
    use_fips_endpoint: "true",
  };
  assert.deepEqual(kind({}), [false, false, false]);
  assert.deepEqual(kind({}, profile), [true, true, true]);
  assert.deepEqual(kind({ AWS_USE_DUALSTACK_ENDPOINT: "false" }, profile), [true, false, true]);
  assert.deepEqual(kind({ AWS_USE_FIPS_ENDPOINT: "" }, profile), [true, true, false]);
  assert.deepEqual(
    kind({ AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: "no" }, profile),
    [false, true, true],
  );
  assert.deepEqual(kind({ AWS_USE_FIPS_ENDPOINT: "TRUE" }), [false, false, true]);
});

Deno.test("profileEndpoints() has the endpoints of services by their names in capitals", () => {
  const { services, all, ignored } = profileEndpoints({
    profile: { endpoint_url: "https://all", ignore_configured_endpoint_urls: "false" },
    services: {
      "elastic_beanstalk.endpoint_url": "https://eb",
      "s3.endpoint_url": "",
      "s3.addressing_style": "path",
      "endpoint_url": "https://none",
    },
  });
  assert.deepEqual([...services], [["ELASTIC_BEANSTALK", "https://eb"]]);
  assert.equal(all, "https://all");
  assert.equal(ignored, false);
});
