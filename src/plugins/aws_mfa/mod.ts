/**
 * The plugin `wev-awsmfa`: temporary AWS credentials of a user who has proved possession of an MFA device
 * with a six-digit code. The modules that need the AWS SDK are loaded only to resolve a value or to
 * explain one.
 *
 * @module
 */

import { PROFILE_CHAIN } from "../../aws/profiles/credentials.ts";
import { definePlugin, type Plugin } from "../../plugin/handler.ts";
import type { ValueForm } from "../../plugin/manifest.ts";
import { checkOptions, OPTIONS } from "./options.ts";

const VALUE_FORMS: readonly ValueForm[] = [
  {
    label: "access key ID",
    secret: true,
    names: ["AWS_ACCESS_KEY_ID"],
    ending: "ACCESS_KEY_ID",
  },
  {
    label: "secret access key",
    secret: true,
    names: ["AWS_SECRET_ACCESS_KEY"],
    ending: "SECRET_ACCESS_KEY",
  },
  {
    label: "session token",
    secret: true,
    names: ["AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"],
    ending: "SESSION_TOKEN",
  },
  {
    label: "expiration",
    secret: false,
    names: ["AWS_CREDENTIAL_EXPIRATION"],
    ending: "EXPIRATION",
  },
];

/** Resolves three variables, or four with the expiration, to temporary AWS credentials. */
export const awsMfa: Plugin = definePlugin({
  manifest: {
    id: "wev-awsmfa",
    version: "1.0.0",
    otherNames: ["aws", "mfa", "wev-mfa", "sts", "aws-sts", "aws-session", "mfa-session", "awscli"],
    options: OPTIONS,
    reads: [
      "AWS_ACCESS_KEY_ID",
      "AWS_PROFILE",
      "AWS_DEFAULT_PROFILE",
      "AWS_REGION",
      "AWS_DEFAULT_REGION",
      "AWS_CONFIG_FILE",
      "AWS_SHARED_CREDENTIALS_FILE",
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_STS",
      "AWS_ENDPOINT_URL_IAM",
      "AWS_ENDPOINT_URL_SSO",
      "AWS_ENDPOINT_URL_SSO_OIDC",
      "AWS_ENDPOINT_URL_SIGNIN",
      "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
      "AWS_STS_REGIONAL_ENDPOINTS",
      "AWS_USE_DUALSTACK_ENDPOINT",
      "AWS_USE_FIPS_ENDPOINT",
      "AWS_CA_BUNDLE",
      "AWS_ROLE_ARN",
      "AWS_ROLE_SESSION_NAME",
      "AWS_WEB_IDENTITY_TOKEN_FILE",
      "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
      "AWS_CONTAINER_CREDENTIALS_FULL_URI",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
      "AWS_EC2_METADATA_DISABLED",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT",
      "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE",
      "AWS_EC2_METADATA_V1_DISABLED",
      "AWS_CREDENTIAL_EXPIRATION",
      "AWS_LOGIN_CACHE_DIRECTORY",
      "NODE_EXTRA_CA_CERTS",
    ],
    readsSecret: [
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
      "AWS_SECURITY_TOKEN",
      "AWS_CONTAINER_AUTHORIZATION_TOKEN",
      // The profiles whose programs run wev. It is no secret, but here it belongs to no cache key.
      PROFILE_CHAIN,
    ],
    consumes: ["WEV_AWSMFA_TOKEN"],
    // The command would use these before the session, or instead of it: botocore reads the security token
    // first, and AWS's JavaScript SDK ignores the keys if a profile is named.
    conflicts: {
      AWS_ACCESS_KEY_ID: [
        "AWS_SECURITY_TOKEN",
        "AWS_PROFILE",
        "AWS_DEFAULT_PROFILE",
        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN",
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE",
        // They describe other credentials: botocore would consider the session expired.
        "AWS_CREDENTIAL_EXPIRATION",
        "AWS_ACCOUNT_ID",
        "AWS_CREDENTIAL_SCOPE",
      ],
      // An older name of the session token: the newer name may hold the token of another session.
      AWS_SECURITY_TOKEN: ["AWS_SESSION_TOKEN"],
    },
    values: VALUE_FORMS,
  },

  check: checkOptions,

  async basis(options, context) {
    const { findBasis }: typeof import("./source.ts") = await import(["./source.ts"].join());
    return await findBasis(options, context);
  },

  async keeps(options, context) {
    const { keptUses }: typeof import("./kept_values.ts") = await import(
      ["./kept_values.ts"].join()
    );
    return await keptUses(options, context);
  },

  async explain(options, context): Promise<string[]> {
    const { explainSession }: typeof import("./explain.ts") = await import(["./explain.ts"].join());
    return await withHome(context.home, () => explainSession(options, context));
  },

  async resolve(options, context) {
    const { resolveSession }: typeof import("./resolve.ts") = await import(["./resolve.ts"].join());
    return await withHome(context.home, () => resolveSession(options, context));
  },
});

/** Does `work`; without a `home`, the AWS SDK needs one all the same. */
async function withHome<Result>(
  home: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (home !== undefined) return await work();
  const sdk: typeof import("../../aws/client/home_for_sdk.ts") = await import(
    ["../../aws/client/home_for_sdk.ts"].join()
  );
  return await sdk.withHome(work);
}
