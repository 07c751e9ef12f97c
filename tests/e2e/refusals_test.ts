import assert from "node:assert/strict";
import type { FailureKind } from "../../src/errors.ts";
import { screenOf } from "../support/screen.ts";
import { failures } from "../support/aws/mod.ts";
import { splitFailure } from "../support/failure_line.ts";
import { type Environment, MfaSandbox, type MfaSandboxOptions } from "../support/mfa_sandbox.ts";

/** A run that fails before anybody is asked. */
interface Refused extends MfaSandboxOptions {
  /** What goes wrong at AWS. */
  readonly prepare?: (mfa: MfaSandbox) => Environment | void;
  /** What kind of failure that is. */
  readonly kind: FailureKind;
  /** What is said, in this order; `{config}` is the configuration file. */
  readonly says: readonly (string | RegExp)[];
  /** What AWS is asked for. */
  readonly actions?: readonly string[];
  /** Within how many milliseconds it ends. */
  readonly within?: number;
}

const IDENTITY = "GetCallerIdentity";
const LIST = "ListMFADevices";
const NO_KEYS = { AWS_ACCESS_KEY_ID: undefined, AWS_SECRET_ACCESS_KEY: undefined };

const REFUSED: Record<string, Refused> = {
  "the secret access key is wrong": {
    kind: "auth",
    prepare: () => ({ AWS_SECRET_ACCESS_KEY: "wrong" }),
    says: ["secret access key does not belong to the access key …", "(AWS_ACCESS_KEY_ID)"],
    actions: [IDENTITY],
  },
  "AWS does not know the access key": {
    kind: "auth",
    prepare: (mfa) => mfa.aws.account.revoke(mfa.user.accessKey.accessKeyId),
    says: [
      "AWS does not know the access key …",
      "(AWS_ACCESS_KEY_ID)",
      "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    ],
    actions: [IDENTITY],
  },
  "AWS does not know the access key of a profile": {
    kind: "auth",
    prepare: (mfa) => {
      mfa.sandbox.write(
        "home/.aws/credentials",
        "[work]\naws_access_key_id = AKIAEXAMPLEEXAMPLE00\naws_secret_access_key = secret\n",
      );
      return { ...NO_KEYS, AWS_PROFILE: "work" };
    },
    says: [
      "AWS does not know the access key …LE00",
      'profile "work"',
      "Run: aws configure --profile work",
    ],
    actions: [IDENTITY],
  },
  "the key is the root user's": {
    kind: "auth",
    prepare: (mfa) => mfa.environment({}, mfa.aws.addRoot().accessKey),
    says: [
      "is a key of the root user of account 123456789012",
      "Use the access key of an IAM user",
    ],
    actions: [IDENTITY],
  },
  "there are no credentials": {
    kind: "auth",
    prepare: () => NO_KEYS,
    says: ["No AWS credentials found", "/home/.aws/credentials", "aws configure"],
    actions: [],
  },
  "there is no such profile": {
    kind: "config",
    prepare: () => ({ ...NO_KEYS, AWS_PROFILE: "wrok" }),
    says: ['There is no profile "wrok"', "aws configure --profile wrok"],
    actions: [],
  },
  "the profile has half a key": {
    kind: "config",
    prepare: (mfa) => {
      mfa.sandbox.write("home/.aws/credentials", "[work]\naws_access_key_id = AKIA\n");
      return { ...NO_KEYS, AWS_PROFILE: "work" };
    },
    says: ['The profile "work" has no aws_secret_access_key', "aws configure --profile work"],
    actions: [],
  },
  "the secret access key is missing": {
    kind: "config",
    prepare: () => ({ AWS_SECRET_ACCESS_KEY: undefined }),
    says: ["AWS_ACCESS_KEY_ID is set but AWS_SECRET_ACCESS_KEY is not", "Set both"],
    actions: [],
  },
  "the access key ID is missing": {
    kind: "config",
    prepare: () => ({ AWS_ACCESS_KEY_ID: undefined }),
    says: ["AWS_SECRET_ACCESS_KEY is set but AWS_ACCESS_KEY_ID is not", "Set both"],
    actions: [],
  },
  "the access key is a temporary one": {
    kind: "config",
    prepare: () => ({ AWS_ACCESS_KEY_ID: "ASIAEXAMPLEEXAMPLE00" }),
    says: ["AWS_ACCESS_KEY_ID is the temporary access key …LE00", "token is missing", "AKIA"],
    actions: [],
  },
  "the access key has expired": {
    kind: "auth",
    prepare: ({ aws }) => aws.failures.add("*", failures.expiredKey),
    says: ["The credentials of AWS_ACCESS_KEY_ID have expired"],
    actions: [IDENTITY],
  },
  "the device is in another account": {
    kind: "config",
    options: { mfa_device: "arn:aws:iam::999999999999:mfa/ann" },
    says: [
      "{config}:4:5: The MFA device is in account 999999999999, but the access key is in account 123456789012",
      "AWS_PROFILE",
    ],
    actions: [IDENTITY],
  },
  "the device for a long role is in another account": {
    kind: "config",
    options: {
      mfa_device: "arn:aws:iam::999999999999:mfa/ann",
      role_arn: "arn:aws:iam::123456789012:role/admin",
      role_duration: "7200",
    },
    says: ["{config}:4:5: The MFA device is in account 999999999999"],
    actions: [IDENTITY],
  },
  "a partition needs a region": {
    kind: "config",
    options: { mfa_device: "arn:aws-cn:iam::123456789012:mfa/ann" },
    prepare: () => ({ AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined }),
    says: ['the partition "aws-cn" needs one', "Set AWS_REGION, for example to cn-north-1"],
    actions: [],
  },
  "the user may not list devices": {
    kind: "auth",
    user: { listMfaDevices: "none" },
    says: [
      "user/ann may not look up its own MFA device (iam:ListMFADevices)",
      "{config}:1:1",
      "\n    mfa_device: arn:aws:iam::123456789012:mfa/ann\n",
      '{"Effect":"Allow","Action":"iam:ListMFADevices","Resource":"arn:aws:iam::*:user/${aws:username}"}',
    ],
    actions: [IDENTITY, LIST],
  },
  "the user may list devices with MFA only": {
    kind: "auth",
    user: { listMfaDevices: "mfa" },
    says: ["may not look up its own MFA device", "outside of any condition on MFA"],
    actions: [IDENTITY, LIST],
  },
  "the user has security keys only": {
    kind: "auth",
    user: { devices: [{ kind: "fido", name: "key" }] },
    says: [
      "only FIDO security keys",
      "arn:aws:iam::123456789012:u2f/user/ann/key",
      "aws login",
      "    mfa_device: arn:aws:iam::123456789012:mfa/ann\n",
    ],
    actions: [IDENTITY, LIST],
  },
  "the user has no device": {
    kind: "auth",
    user: { devices: [] },
    says: ["user/ann has no MFA device\n", "Add an authenticator app", "{config}:1:1"],
    actions: [IDENTITY, LIST],
  },
  "STS is off in the region": {
    kind: "auth",
    prepare: ({ aws }) => aws.failures.add("*", failures.regionDisabled),
    says: ["AWS STS is switched off in the region us-east-1", "Set AWS_REGION to another region"],
    actions: [IDENTITY],
  },
  "AWS throttles without end": {
    kind: "network",
    prepare: ({ aws }) => aws.failures.add("*", failures.throttling, { times: Infinity }),
    says: ["AWS rejects requests", "throttling", "Wait a minute"],
    actions: [IDENTITY, IDENTITY, IDENTITY, IDENTITY],
  },
  "AWS has a bug without end": {
    kind: "network",
    prepare: ({ aws }) => aws.failures.add("*", failures.internalFailure, { times: Infinity }),
    says: ["AWS could not respond: HTTP status 500 (InternalFailure)", "again in a while"],
    actions: [IDENTITY, IDENTITY, IDENTITY, IDENTITY],
  },
  "the clock is wrong and AWS does not say by how much": {
    kind: "auth",
    prepare: ({ aws }) =>
      aws.failures.add(
        "*",
        failures.error(
          403,
          "SignatureDoesNotMatch",
          "Signature expired: 20260131T120000Z is now earlier than 20260131T123000Z " +
            "(20260131T124500Z - 15 min.)",
        ),
      ),
    says: ["clock is wrong, by 45 minutes (it is behind)", "Correct the clock"],
    actions: [IDENTITY],
  },
  "nothing listens at the endpoint": {
    kind: "network",
    prepare: () => ({ AWS_ENDPOINT_URL: "http://127.0.0.1:1" }),
    says: ["AWS can't be reached: the connection is refused", "Check the network"],
    actions: [],
    within: 2_000,
  },
  "nothing listens at the endpoint, with TLS": {
    kind: "network",
    prepare: () => ({ AWS_ENDPOINT_URL: "https://127.0.0.1:1" }),
    says: ["AWS can't be reached: the connection is refused", "Check the network"],
    actions: [],
    within: 2_000,
  },
  "something else listens at the endpoint, with TLS": {
    kind: "network",
    prepare: ({ aws }) => ({ AWS_ENDPOINT_URL: aws.endpoint.replace("http:", "https:") }),
    says: ["AWS can't be reached: ", "does not speak TLS", "Check the network"],
    actions: [],
    within: 5_000,
  },
  "the connection breaks every time": {
    kind: "network",
    prepare: ({ aws }) => aws.failures.add("*", failures.dropBefore, { times: Infinity }),
    says: ["AWS can't be reached: the connection broke"],
  },
  "a proxy's page answers": {
    kind: "network",
    prepare: ({ aws }) => aws.failures.add("*", failures.proxyPage),
    says: ["The response is not from AWS", "HTTP status 403", "a proxy or a login page"],
    actions: [IDENTITY],
  },
  "a page answers that all is well": {
    kind: "network",
    prepare: ({ aws }) =>
      aws.failures.add("*", {
        kind: "page",
        status: 200,
        contentType: "text/html",
        body: "<html><body>Welcome</body></html>",
      }),
    says: ["The response is not from AWS", "a proxy or a login page"],
    actions: [IDENTITY],
  },
  "half an answer comes": {
    kind: "network",
    prepare: ({ aws }) => aws.failures.add("*", failures.garbage),
    says: ["The response is not from AWS, or it is corrupt", "HTTP status 200"],
    actions: [IDENTITY],
  },
  "the endpoint is no URL": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: "nonsense" }),
    says: ["The endpoint for AWS is not a URL of a web server", "AWS_ENDPOINT_URL"],
    actions: [],
  },
  "the endpoint is not AWS's": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: "http://example.com" }),
    says: [
      "wev sends no credentials to example.com: it is not a host of AWS",
      "Check AWS_ENDPOINT_URL",
      "publish its port and use http://localhost:PORT",
      "HTTPS_PROXY",
    ],
    actions: [],
    within: 2_000,
  },
  "the endpoint is an address that is not AWS's": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: "https://192.0.2.1" }),
    says: ["wev sends no credentials to 192.0.2.1: it is not a host of AWS"],
    actions: [],
    within: 2_000,
  },
  "the endpoint is a machine that anybody can rent of AWS": {
    kind: "config",
    prepare: () => ({
      AWS_ENDPOINT_URL_STS: "https://ec2-192-0-2-1.eu-west-1.compute.amazonaws.com",
    }),
    says: ["wev sends no credentials to ec2-192-0-2-1.eu-west-1.compute.amazonaws.com"],
    actions: [],
    within: 2_000,
  },
  "the endpoint is AWS's, without TLS": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: "http://sts.us-east-1.amazonaws.com" }),
    says: ["wev sends no credentials to http://sts.us-east-1.amazonaws.com: only TLS", "https://"],
    actions: [],
    within: 2_000,
  },
  "the endpoint's user is called like a host of AWS": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: "https://sts.us-east-1.amazonaws.com@example.com" }),
    says: ["wev sends no credentials to example.com"],
    actions: [],
    within: 2_000,
  },
  "the profile's endpoint of IAM is not AWS's": {
    kind: "config",
    prepare: ({ aws, sandbox }) => {
      sandbox.write(
        "home/.aws/config",
        "[default]\nservices = here\n[services here]\niam =\n  endpoint_url = http://iam:4566\n",
      );
      return { AWS_ENDPOINT_URL: undefined, AWS_ENDPOINT_URL_STS: aws.endpoint };
    },
    says: ["wev sends no credentials to iam: it is not a host of AWS"],
    actions: [IDENTITY],
    within: 2_000,
  },
  "the region is no part of a host's name": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: undefined, AWS_REGION: "us-east-1.example.com/#" }),
    says: ['"us-east-1.example.com/#" is not a region of AWS', "Check AWS_REGION"],
    actions: [],
    within: 2_000,
  },
  "the region is an availability zone": {
    kind: "config",
    prepare: ({ sandbox }) => {
      sandbox.write("home/.aws/config", "[profile prod]\nregion = us-east-1a\n");
      return {
        AWS_ENDPOINT_URL: undefined,
        AWS_REGION: undefined,
        AWS_DEFAULT_REGION: undefined,
        AWS_PROFILE: "prod",
      };
    },
    says: [
      '"us-east-1a" is not a region of AWS',
      'Did you mean "us-east-1"?',
      'Check region of the profile "prod"',
    ],
    actions: [],
    within: 2_000,
  },
  "the region has underscores": {
    kind: "config",
    prepare: () => ({
      AWS_ENDPOINT_URL: undefined,
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: "US_WEST_2",
    }),
    says: ['"US_WEST_2" is not a region of AWS', "us-west-2", "Check AWS_DEFAULT_REGION"],
    actions: [],
    within: 2_000,
  },
  "the region makes another host of the endpoint": {
    kind: "config",
    prepare: () => ({ AWS_ENDPOINT_URL: undefined, AWS_REGION: "compute" }),
    says: ['"compute" is not a region of AWS', "Check AWS_REGION"],
    actions: [],
    within: 2_000,
  },
  "the certificates are not there": {
    kind: "config",
    prepare: () => ({ AWS_CA_BUNDLE: "/nonexistent.pem" }),
    says: ["Can't read the certificates in /nonexistent.pem", "Check AWS_CA_BUNDLE"],
    actions: [],
  },
};

for (
  const [what, { prepare, kind, says, actions, within = 10_000, ...options }] of Object.entries(
    REFUSED,
  )
) {
  Deno.test(`wev asks nobody when ${what}`, async () => {
    await using mfa = new MfaSandbox(options);
    const env = prepare?.(mfa) ?? {};
    const start = performance.now();
    await using pty = mfa.start(["--json", "sh", "-c", "echo ran"], env);
    const code = await pty.end();
    assert.ok(performance.now() - start < within);
    assert.equal(code, 125, pty.shown);
    // A question that stood meanwhile was taken back.
    const screen = screenOf(pty.shown, 10_000).join("\n");
    const { text: shown, failure } = splitFailure(screen);
    assert.equal(failure?.kind, kind, pty.shown);
    for (const said of says) {
      if (said instanceof RegExp) {
        assert.match(shown, said);
        continue;
      }
      const wanted = said.replaceAll("{config}", mfa.config);
      assert.ok(shown.includes(wanted), `${JSON.stringify(wanted)} is not in ${shown}`);
    }
    assert.doesNotMatch(shown, /Token:|ran\n|\n +at /);
    if (actions !== undefined) assert.deepEqual(mfa.actions, actions);
    assert.deepEqual(mfa.codes, []);
  });
}

for (const command of ["misspelt-command", "./misspelt-command", "explain"]) {
  Deno.test(`wev asks nobody for the sake of "${command}", which is not there`, async () => {
    await using mfa = new MfaSandbox();
    await using pty = mfa.start([command]);
    assert.equal(await pty.end(), 127, pty.shown);
    assert.ok(pty.shown.includes("Cannot find command"), pty.shown);
    assert.ok(!pty.shown.includes("Token:"), pty.shown);
    assert.deepEqual(mfa.actions, []);
  });
}
