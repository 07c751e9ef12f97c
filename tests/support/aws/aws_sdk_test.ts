import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { IAMClient, ListMFADevicesCommand, paginateListMFADevices } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { type AccessKey, type LocalAws, startLocalAws } from "./mod.ts";

// Deno 2.7 never closes the connection of a node:http client, whatever the server.
const sanitizeResources = !Deno.version.deno.startsWith("2.7.");

function settings(aws: LocalAws, key: AccessKey) {
  return {
    endpoint: aws.endpoint,
    region: "eu-west-1",
    credentials: key,
    maxAttempts: 1,
  };
}

Deno.test(
  "AWS SDK: reads the sessions of GetSessionToken and AssumeRole",
  { sanitizeResources },
  async () => {
    await using aws = startLocalAws();
    const { accessKey, device } = aws.addUser({ name: "ann" });
    const { arn } = aws.addRole({ name: "admin", mfa: true });
    const sts = new STSClient(settings(aws, accessKey));
    const { Credentials: session } = await sts.send(
      new GetSessionTokenCommand({
        DurationSeconds: 900,
        SerialNumber: device.serialNumber,
        TokenCode: device.code(),
      }),
    );
    sts.destroy();
    strictEqual(session?.Expiration instanceof Date, true);
    const key = {
      accessKeyId: session?.AccessKeyId ?? "",
      secretAccessKey: session?.SecretAccessKey ?? "",
      sessionToken: session?.SessionToken ?? "",
    };
    const chained = new STSClient(settings(aws, key));
    const { AssumedRoleUser } = await chained.send(
      new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: "work" }),
    );
    chained.destroy();
    strictEqual(AssumedRoleUser?.Arn, "arn:aws:sts::123456789012:assumed-role/admin/work");
  },
);

Deno.test(
  "AWS SDK: reads a refusal's name, message and request ID",
  { sanitizeResources },
  async () => {
    await using aws = startLocalAws();
    const { accessKey, device } = aws.addUser({ name: "ann" });
    const sts = new STSClient(settings(aws, accessKey));
    const SerialNumber = device.serialNumber;
    const command = new GetSessionTokenCommand({ SerialNumber, TokenCode: device.wrongCode() });
    await rejects(sts.send(command), {
      name: "AccessDenied",
      message: "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    });
    sts.destroy();
  },
);

Deno.test(
  "AWS SDK: reads pages of devices, and a user without any",
  { sanitizeResources },
  async () => {
    await using aws = startLocalAws({ pageSize: 1 });
    const user = aws.addUser({ name: "ann", devices: [{ name: "one" }, { name: "two" }] });
    const other = aws.addUser({ name: "bob", devices: [] });
    const client = new IAMClient(settings(aws, user.accessKey));
    const names: (string | undefined)[] = [];
    for await (const page of paginateListMFADevices({ client }, { UserName: "ann" })) {
      names.push(...(page.MFADevices ?? []).map(({ SerialNumber }) => SerialNumber));
    }
    client.destroy();
    deepStrictEqual(names, user.devices.map(({ serialNumber }) => serialNumber));
    const none = new IAMClient(settings(aws, other.accessKey));
    const { MFADevices } = await none.send(new ListMFADevicesCommand({ UserName: "bob" }));
    none.destroy();
    deepStrictEqual(MFADevices, []);
  },
);
