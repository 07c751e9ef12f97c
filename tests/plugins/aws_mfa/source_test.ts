import assert from "node:assert/strict";
import {
  findBasis,
  findMfaSource,
  type MfaSourceOptions,
} from "../../../src/plugins/aws_mfa/source.ts";
import { explainContext } from "../../support/explain_context.ts";
import { CONFIG, ROLE, USERS } from "../../support/profiles.ts";

/** Returns what a plugin sees where the files of profiles have these contents. */
function context(config: string, credentials: string, profile = "writer") {
  const files = { "/home/ann/.aws/config": config, "/home/ann/.aws/credentials": credentials };
  const environment = { AWS_PROFILE: profile, AWS_EC2_METADATA_DISABLED: "true" };
  return explainContext({ files, environment });
}

Deno.test("findMfaSource() takes the device of the option, else of the nearest profile", () => {
  const device = (options: MfaSourceOptions, profile: string) => {
    const { device, deviceSource } = findMfaSource(options, context(CONFIG, USERS, profile));
    return [device, deviceSource];
  };
  assert.deepEqual(device({}, "default"), [undefined, undefined]);
  assert.deepEqual(device({}, "writer"), ["arn:aws:iam::123456789012:mfa/bob", "mfa_serial"]);
  const option = { mfa_device: "GAHT12345678" };
  assert.deepEqual(device(option, "writer"), ["GAHT12345678", "mfa_device"]);
});

const basis = (config: string, credentials: string) => findBasis({}, context(config, credentials));

Deno.test("findBasis() has all that decides the credentials, and no secret", async () => {
  const { inputs, files } = await basis(CONFIG, USERS);
  assert.deepEqual(files, ["/home/ann/.aws/credentials", "/home/ann/.aws/config"]);
  assert.deepEqual(Object.keys(inputs).sort(), [
    "MFA device",
    "access key ID",
    "endpoints",
    "profile",
    "region",
    "roles",
    "settings of the command",
  ]);
  assert.equal(inputs["access key ID"], "AKIAEXAMPLEEXAMPLE11");
  assert.doesNotMatch(JSON.stringify(inputs), /secret/);
});

for (
  const [what, config, credentials] of [
    ["another secret", CONFIG, USERS.replaceAll("secret\n", "other\n")],
    ["a comment", `# c\n${CONFIG}`, USERS],
    ["a profile that is not followed", `${CONFIG}[profile z]\nregion = z\n`, USERS],
  ] as const
) {
  Deno.test(`findBasis() says the same with ${what}`, async () => {
    assert.deepEqual(
      (await basis(config, credentials)).inputs,
      (await basis(CONFIG, USERS)).inputs,
    );
  });
}

for (
  const [what, config, credentials] of [
    ["another key", CONFIG, USERS.replace("EXAMPLE11", "EXAMPLE22")],
    ["another role", CONFIG.replace("role/writer", "role/editor"), USERS],
    ["another device", CONFIG.replace("mfa/bob", "mfa/bobby"), USERS],
    ["another region", CONFIG.replace("eu-west-1", "eu-west-2"), USERS],
    ["another endpoint", CONFIG.replace("127.0.0.1:1", "127.0.0.1:2"), USERS],
    [
      "another kind of endpoint",
      CONFIG.replace("fips_endpoint = true", "fips_endpoint = false"),
      USERS,
    ],
    ["a setting of the command", `${CONFIG}ca_bundle = /x\n`, USERS],
  ] as const
) {
  Deno.test(`findBasis() says something else with ${what}`, async () => {
    const { inputs } = await basis(config, credentials);
    assert.notDeepEqual(inputs, (await basis(CONFIG, USERS)).inputs);
  });
}

Deno.test("findBasis() keeps a digest of what gives keys, and watches the file that tells whose", async () => {
  const profile = (settings: string) => `[profile writer]\n${settings}`;
  const program = await basis(profile("credential_process = /bin/keys planted\n"), "");
  assert.match(program.inputs["credentials"]!, /^[0-9a-f]{64}$/);
  assert.doesNotMatch(JSON.stringify(program.inputs), /planted/);
  const other = await basis(profile("credential_process = /bin/keys other\n"), "");
  assert.notEqual(program.inputs["credentials"], other.inputs["credentials"]);
  assert.equal(program.inputs["access key ID"], undefined);

  const identity = profile(
    `${ROLE}web_identity_token_file = /home/ann/token\nregion = eu-west-1\n`,
  );
  const web = await basis(identity, "");
  assert.equal(web.files.at(-1), "/home/ann/token");
  assert.equal(web.inputs["token"], "none");
});

Deno.test("findBasis() knows a renewed token of the same subject", async () => {
  const claims = (payload: unknown) =>
    `x.${btoa(JSON.stringify(payload)).replace(/=+$/, "")}.${crypto.randomUUID()}`;
  const token = async (text: string) => {
    const files = {
      "/home/ann/.aws/config": `[default]\n${ROLE}web_identity_token_file = /home/ann/token\n`,
      "/home/ann/token": text,
    };
    const { inputs } = await findBasis({}, explainContext({ files }));
    return inputs["token"];
  };
  const ann = { iss: "i", aud: "a", sub: "ann" };
  const before = await token(claims({ ...ann, exp: 1 }));
  assert.equal(await token(claims({ ...ann, exp: 2 })), before);
  for (const other of [{ iss: "j" }, { aud: "b" }, { sub: "bob" }]) {
    assert.notEqual(await token(claims({ ...ann, ...other })), before);
  }
  // What says of no one whom it is about is known by itself.
  assert.notEqual(await token("opaque"), await token("other"));
  assert.equal(await token("opaque"), await token("opaque\n"));
});
