import assert from "node:assert/strict";
import { NOTE } from "../../src/engine/nesting.ts";
import { OUTWARD } from "../../src/plan/outward_names.ts";
import { builtinPlugins } from "../../src/plugins/mod.ts";
import { FILE, OWN, planOf } from "../support/plan.ts";

/** Returns the plan of a variable of wev-awsmfa with these names, in the user's own file. */
const named = (...names: string[]) =>
  planOf({ [OWN]: `${JSON.stringify(names)}:\n  plugin: {id: wev-awsmfa}\n` });

/** Names that fit, each variable a list. */
const FITTING = [
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"],
  ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SECURITY_TOKEN"],
  [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_CREDENTIAL_EXPIRATION",
  ],
  ["A", "B", "C", "D"],
  ["KEY_ID", "SECRET", "TOKEN"],
  ["MINIO_ACCESS_KEY", "MINIO_SECRET_KEY", "my token"],
  ["PROD_ACCESS_KEY_ID", "PROD_SECRET_ACCESS_KEY", "PROD_SESSION_TOKEN", "PROD_EXPIRATION"],
  ["AWS_PROD_ACCESS_KEY_ID", "AWS_PROD_SECRET_ACCESS_KEY", "AWS_PROD_SESSION_TOKEN"],
  ["AWS_ACCESS_KEY_ID_PROD", "AWS_SECRET_ACCESS_KEY_PROD", "AWS_SESSION_TOKEN_2"],
  ["A", "B", "MY_SESSION_TOKEN", "MY_SESSION_TOKEN_EXPIRATION"],
  ["TF_VAR_access_key", "TF_VAR_secret_key", "TF_VAR_proxy_token"],
  ["RCLONE_CONFIG_S3_ACCESS_KEY_ID", "RCLONE_CONFIG_S3_SECRET_ACCESS_KEY", "X_SESSION_TOKEN"],
];

for (const names of FITTING) {
  Deno.test(`makePlan() accepts the names ${names.join(", ")}`, async () => {
    assert.deepEqual((await named(...names)).steps[0]?.names, names);
  });
}

const [ID, SECRET, TOKEN, EXPIRATION] = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CREDENTIAL_EXPIRATION",
];

/** Names that do not fit: the refused one and the suggestion. */
const MISPLACED: readonly [names: string[], index: number, meant: string][] = [
  [[SECRET, ID, TOKEN], 0, ID],
  [[ID, TOKEN, SECRET], 1, SECRET],
  [[ID, SECRET, EXPIRATION], 2, TOKEN],
  [[ID, SECRET, TOKEN, "AWS_SECURITY_TOKEN"], 3, EXPIRATION],
  [["A", ID, "C"], 1, SECRET],
  [["A", "aws_access_key_id", "C"], 1, SECRET],
  [["aws_access_key_id", "B", "C"], 0, ID],
  [["A", "Aws_Secret_Access_Key", "C"], 1, SECRET],
  [["A", "B", "aws_security_token"], 2, "AWS_SECURITY_TOKEN"],
  [["A", "B", "C", "aws_credential_expiration"], 3, EXPIRATION],
  [["AWS_ACCESS_KEY", "B", "C"], 0, ID],
  [["AWS__ACCESS_KEY_ID", "B", "C"], 0, ID],
  [["AWS_ACCESS_KEY_ID_", "B", "C"], 0, ID],
  [["A", "AWS_SECRET_KEY", "C"], 1, SECRET],
  [["A", "AWS_SECRET", "C"], 1, SECRET],
  [["A", "B", "AWS_TOKEN"], 2, TOKEN],
  [["A", "B", "AWS_SESION_TOKEN"], 2, TOKEN],
  [["A", "B", "C", "AWS_REGION"], 3, EXPIRATION],
  [["A", "B", "C", "AWS_CREDENTIALS_EXPIRATION"], 3, EXPIRATION],
  [["A", "B", "C", "AWS_CREDENTAL_EXPIRATION"], 3, EXPIRATION],
  [["A", "B", "C", "AWS_CREDENTIOL_EXPIRATION"], 3, EXPIRATION],
  [["A", "B", "C", "AWS_EXECUTION_ENV"], 3, EXPIRATION],
  [["A", "AWS_PROFILE", "C"], 1, SECRET],
  [["AWS-ACCESS-KEY-ID", "B", "C"], 0, ID],
  [["AwsAccessKeyId", "B", "C"], 0, ID],
  [["PROD_SECRET_ACCESS_KEY", "PROD_ACCESS_KEY_ID", "C"], 0, ID],
  [["A", "my_session_token", "C"], 1, SECRET],
  [["A", "SESSION_TOKEN", "C"], 1, SECRET],
  [["A", "AWS_SESSION_TOKEN_PROD", "C"], 1, SECRET],
  [["SECRET_ACCESS_KEY_2", "B", "C"], 0, ID],
];

for (const [names, index, meant] of MISPLACED) {
  Deno.test(`makePlan() refuses ${names[index]} in ${names.join(", ")}`, async () => {
    const column = JSON.stringify(names).split(",").slice(0, index).join(",").length + 2;
    await assert.rejects(named(...names), (error: Error & { hint?: string }) => {
      assert.equal(error.name, "ConfigError");
      assert.ok(error.message.startsWith(`${OWN}:1:${column}: "${names[index]}"`), error.message);
      assert.ok(error.hint?.startsWith(`Did you mean "${meant}"?`), error.hint);
      return true;
    });
  });
}

for (const name of ["MY_SECRET_ACCESS_KEY_FILE", "SECRET_ACCESS_KEY_USER_AGENT"]) {
  Deno.test(`makePlan() checks ${name} against the table too`, async () => {
    await assert.rejects(named("A", name, "C"), /can't hold the secret access key/);
  });
}

for (const { pattern, why } of OUTWARD) {
  Deno.test(`makePlan() refuses a secret named ${pattern}`, async () => {
    const name = pattern.replaceAll("*", "X");
    for (const shown of [name, name.toLowerCase(), pattern.replaceAll("*", "")]) {
      const says = (error: Error) => {
        assert.ok(
          error.message.includes(`can't hold the secret access key: ${why}`),
          error.message,
        );
        return true;
      };
      await assert.rejects(named("A", shown, "C"), says);
      await assert.rejects(named("A", "B", shown));
      await assert.rejects(named(shown, "B", "C"));
    }
  });
}

Deno.test("makePlan() says which value a name is for, and its location", async () => {
  await assert.rejects(named(SECRET, ID, TOKEN), {
    message: `${OWN}:1:2: "${SECRET}" names the secret access key, but is in the place of the ` +
      "access key ID",
  });
});

Deno.test("makePlan() has one reason for each pattern", () => {
  const patterns = OUTWARD.map(({ pattern }) => pattern);
  assert.deepEqual(patterns.filter((one, at) => patterns.indexOf(one) !== at), []);
});

const echo = (name: string) => `${name}:\n  plugin: {id: wev-echo, value: "1"}\n`;

for (
  const name of [
    "WEV_KEYRING",
    "WEV_ASKPASS",
    "wev_spawn",
    "WEV_ANYTHING",
    "WEV_AWSMFA_TOKEN",
    NOTE,
  ]
) {
  Deno.test(`makePlan() refuses a project that sets ${name} or switches it off`, async () => {
    await assert.rejects(planOf({ [FILE]: echo(name) }), { name: "ConfigError" });
    for (const text of [echo(name), `${name}:\n`]) {
      await assert.rejects(
        planOf({ [OWN]: echo(name), [FILE]: text }),
        (error: Error) => error.message.startsWith(`${FILE}:1:1: ${name} `),
      );
    }
  });
}

Deno.test("makePlan() lets the home directory's file set a WEV_ variable, unless it is reserved", async () => {
  assert.equal((await planOf({ [OWN]: echo("WEV_SPAWN") })).steps.length, 1);
  for (const name of ["WEV_AWSMFA_TOKEN", NOTE]) {
    await assert.rejects(
      planOf({ [OWN]: echo(name) }),
      /is reserved for wev: no configuration file may set it/,
    );
  }
});

Deno.test("no configuration file may set a variable that a plugin consumes", async () => {
  for (const load of builtinPlugins.values()) {
    for (const name of (await load()).manifest.consumes ?? []) {
      await assert.rejects(planOf({ [OWN]: echo(name) }), /is reserved for wev/);
    }
  }
});
