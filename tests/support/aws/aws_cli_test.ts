import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { isAwsCliInstalled, runAwsCli } from "./aws_cli.ts";
import { startLocalAws } from "./mod.ts";

const ignore = !isAwsCliInstalled();

Deno.test({
  name: "AWS CLI: get-caller-identity tells the user's ARN",
  ignore,
  fn: async () => {
    await using aws = startLocalAws();
    const user = aws.addUser({ name: "ann", path: "/team/" });
    const run = await runAwsCli(["sts", "get-caller-identity"], aws.environment(user.accessKey));
    strictEqual(run.stderr, "");
    deepStrictEqual(JSON.parse(run.stdout), {
      UserId: user.id,
      Account: "123456789012",
      Arn: "arn:aws:iam::123456789012:user/team/ann",
    });
  },
});

Deno.test({
  name: "AWS CLI: s3 ls is denied with the user's own key",
  ignore,
  fn: async () => {
    await using aws = startLocalAws();
    const user = aws.addUser({ name: "ann" });
    const run = await runAwsCli(["s3", "ls"], aws.environment(user.accessKey));
    match(
      run.stderr,
      /An error occurred \(AccessDenied\) when calling the ListBuckets operation: Access Denied/,
    );
  },
});

Deno.test({
  name: "AWS CLI: s3 ls lists buckets with the session that a code gave",
  ignore,
  fn: async () => {
    await using aws = startLocalAws();
    const user = aws.addUser({ name: "ann" });
    const session = await runAwsCli(
      [
        ...["sts", "get-session-token"],
        ...["--serial-number", user.device.serialNumber, "--token-code", user.device.code()],
      ],
      aws.environment(user.accessKey),
    );
    strictEqual(session.stderr, "");
    const { Credentials } = JSON.parse(session.stdout);
    const key = {
      accessKeyId: Credentials.AccessKeyId,
      secretAccessKey: Credentials.SecretAccessKey,
      sessionToken: Credentials.SessionToken,
    };
    const list = await runAwsCli(["s3", "ls"], aws.environment(key, "eu-west-1"));
    strictEqual(list.stderr, "");
    strictEqual(list.stdout, "2020-01-01 00:00:00 my-bucket\n");
  },
});

Deno.test({
  name: "AWS CLI: list-mfa-devices reads all pages",
  ignore,
  fn: async () => {
    await using aws = startLocalAws({ pageSize: 1 });
    const user = aws.addUser({
      name: "ann",
      devices: [{ name: "phone" }, { kind: "hardware", serialNumber: "GAHT12345678" }, {
        kind: "fido",
        name: "key",
      }],
    });
    const run = await runAwsCli(
      ["iam", "list-mfa-devices", "--user-name", "ann", "--query", "MFADevices[].SerialNumber"],
      aws.environment(user.accessKey),
    );
    strictEqual(run.stderr, "");
    deepStrictEqual(JSON.parse(run.stdout), [
      "arn:aws:iam::123456789012:mfa/phone",
      "GAHT12345678",
      "arn:aws:iam::123456789012:u2f/user/ann/key",
    ]);
    strictEqual(aws.requestsOf("ListMFADevices").length, 3);
  },
});

Deno.test({
  name: "AWS CLI: tells refusals in AWS's words",
  ignore,
  fn: async () => {
    await using aws = startLocalAws();
    const user = aws.addUser({ name: "ann" });
    const environment = aws.environment(user.accessKey);
    const serial = ["--serial-number", user.device.serialNumber];
    const code = ["--token-code", user.device.wrongCode()];
    const runs = await Promise.all([
      runAwsCli(["sts", "get-session-token", ...serial, ...code], environment),
      runAwsCli(["iam", "list-mfa-devices"], environment),
    ]);
    deepStrictEqual(runs.map(({ stderr }) => stderr.trim()), [
      "An error occurred (AccessDenied) when calling the GetSessionToken operation: " +
      "MultiFactorAuthentication failed with invalid MFA one time pass code.",
      "An error occurred (AccessDenied) when calling the ListMFADevices operation: " +
      "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: " +
      "iam:ListMFADevices on resource: user ann " +
      "because no identity-based policy allows the iam:ListMFADevices action",
    ]);
  },
});
