import assert from "node:assert/strict";
import { explainSession } from "../../../src/plugins/aws_mfa/explain.ts";
import type { AwsMfaOptions } from "../../../src/plugins/aws_mfa/options.ts";
import { keptUses } from "../../../src/plugins/aws_mfa/kept_values.ts";
import { explainContext } from "../../support/explain_context.ts";

const KEYS = { AWS_ACCESS_KEY_ID: "AKIAENVIRONMENT00001", AWS_SECRET_ACCESS_KEY: "secret" };
const OPTIONS: AwsMfaOptions = { mfa_device: "arn:aws:iam::123456789012:mfa/ann" };

/** Two profiles whose roles are assumed with the environment's keys, and one with keys of its own. */
const files = {
  "/home/ann/.aws/config": `
[profile reader]
role_arn = arn:aws:iam::123456789012:role/reader
credential_source = Environment
[profile writer]
role_arn = arn:aws:iam::123456789012:role/writer
credential_source = Environment
[profile own]
aws_access_key_id = AKIAENVIRONMENT00001
aws_secret_access_key = secret
`,
};

async function sessionOf(profile?: string): Promise<unknown> {
  const options = profile === undefined ? OPTIONS : { ...OPTIONS, profile };
  const uses = await keptUses(options, explainContext({ files, environment: KEYS }));
  assert.equal(uses.length, 1);
  return uses[0]!.parts;
}

Deno.test("keptUses() has one session of the environment's keys for all roles", async () => {
  const direct = await sessionOf();
  assert.deepEqual(await sessionOf("reader"), direct);
  assert.deepEqual(await sessionOf("writer"), direct);
  assert.notDeepEqual(await sessionOf("own"), direct);
});

Deno.test("keptUses() has nothing for temporary keys, and --explain tells when they expire", async () => {
  const environment = {
    ...KEYS,
    AWS_ACCESS_KEY_ID: "ASIAENVIRONMENT00001",
    AWS_SESSION_TOKEN: "token",
    AWS_CREDENTIAL_EXPIRATION: "2026-01-31T12:47:00Z",
  };
  const context = explainContext({ environment });
  assert.deepEqual(await keptUses(OPTIONS, context), []);
  assert.ok(
    (await explainSession(OPTIONS, context)).includes(
      "They expire at 2026-01-31 12:47 UTC (in 47 minutes), as AWS_CREDENTIAL_EXPIRATION says.",
    ),
  );
});
