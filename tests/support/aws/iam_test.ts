import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { type IamPermission, type LocalAws, type LocalUser, startLocalAws } from "./mod.ts";
import { keyOf, refusalOf, signedCall, type SignedCallAnswer } from "./signed_call.ts";

const ARN = "arn:aws:iam::123456789012:user/ann";

function listMfaDevices(
  aws: LocalAws,
  user: LocalUser,
  parameters: Record<string, string> = {},
): Promise<SignedCallAnswer> {
  const call = { key: user.accessKey, action: "ListMFADevices", parameters };
  return signedCall(aws, { ...call, service: "iam" });
}

function denied(reason: string, resource = "user ann"): [number, string, string] {
  const what = `iam:ListMFADevices on resource: ${resource}`;
  return [403, "AccessDenied", `User: ${ARN} is not authorized to perform: ${what} ${reason}`];
}

const NO_POLICY = "because no identity-based policy allows the iam:ListMFADevices action";

Deno.test("ListMFADevices lists the devices of the user that is named", async () => {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann", path: "/team/" });
  const answer = await listMfaDevices(aws, user, { UserName: "ann" });
  strictEqual(answer.element("SerialNumber"), "arn:aws:iam::123456789012:mfa/ann");
  strictEqual(answer.element("UserName"), "ann");
  strictEqual(answer.element("IsTruncated"), "false");
});

Deno.test("ListMFADevices without UserName is for users who may see everyone's", async () => {
  await using aws = startLocalAws();
  const own = aws.addUser({ name: "ann" });
  deepStrictEqual(refusalOf(await listMfaDevices(aws, own)), denied(NO_POLICY));
  const all = aws.addUser({ name: "bob", listMfaDevices: "all" });
  strictEqual((await listMfaDevices(aws, all)).element("UserName"), "bob");
});

const REFUSED: readonly [IamPermission, string][] = [
  ["mfa", "with an explicit deny in an identity-based policy"],
  ["none", NO_POLICY],
];

for (const [permission, reason] of REFUSED) {
  Deno.test(`ListMFADevices is denied with the permission "${permission}"`, async () => {
    await using aws = startLocalAws();
    const user = aws.addUser({ name: "ann", listMfaDevices: permission });
    const answer = await listMfaDevices(aws, user, { UserName: "ann" });
    deepStrictEqual(refusalOf(answer), denied(reason));
  });
}

Deno.test("ListMFADevices is allowed with MFA where MFA is all that lacked", async () => {
  await using aws = startLocalAws();
  const { accessKey, device } = aws.addUser({ name: "ann", listMfaDevices: "mfa" });
  const code = { SerialNumber: device.serialNumber, TokenCode: device.code() };
  const action = "GetSessionToken";
  const key = keyOf(await signedCall(aws, { key: accessKey, action, parameters: code }));
  const parameters = { UserName: "ann" };
  const list = { key, action: "ListMFADevices", service: "iam", parameters } as const;
  strictEqual((await signedCall(aws, list)).status, 200);
});

Deno.test("ListMFADevices of another user is denied, of an unknown one NoSuchEntity", async () => {
  await using aws = startLocalAws();
  const ann = aws.addUser({ name: "ann" });
  const bob = aws.addUser({ name: "bob", listMfaDevices: "all" });
  deepStrictEqual(
    refusalOf(await listMfaDevices(aws, ann, { UserName: "bob" })),
    denied(NO_POLICY, "user bob"),
  );
  deepStrictEqual(refusalOf(await listMfaDevices(aws, bob, { UserName: "eve" })), [
    404,
    "NoSuchEntity",
    "The user with name eve cannot be found.",
  ]);
});

Deno.test("ListMFADevices gives pages by MaxItems and Marker", async () => {
  await using aws = startLocalAws();
  const devices = [{ name: "one" }, { name: "two" }, { name: "three" }];
  const user = aws.addUser({ name: "ann", devices });
  const first = await listMfaDevices(aws, user, { UserName: "ann", MaxItems: "2" });
  strictEqual(first.element("IsTruncated"), "true");
  const Marker = first.element("Marker") ?? "";
  const last = await listMfaDevices(aws, user, { UserName: "ann", MaxItems: "2", Marker });
  strictEqual(last.element("SerialNumber"), "arn:aws:iam::123456789012:mfa/three");
  strictEqual(last.element("IsTruncated"), "false");
  const bad = await listMfaDevices(aws, user, { UserName: "ann", Marker: "nonsense" });
  deepStrictEqual(refusalOf(bad), [400, "ValidationError", "Invalid Marker."]);
});

Deno.test("ListMFADevices from a role's keys needs a UserName, and a policy", async () => {
  await using aws = startLocalAws();
  const { accessKey } = aws.addUser({ name: "ann" });
  const { arn } = aws.addRole({ name: "admin" });
  const parameters = { RoleArn: arn, RoleSessionName: "work" };
  const key = keyOf(await signedCall(aws, { key: accessKey, action: "AssumeRole", parameters }));
  const list = { key, action: "ListMFADevices", service: "iam" } as const;
  deepStrictEqual(refusalOf(await signedCall(aws, list)), [
    400,
    "ValidationError",
    "Must specify userName when calling with non-User credentials",
  ]);
  const named = await signedCall(aws, { ...list, parameters: { UserName: "ann" } });
  strictEqual(refusalOf(named)[1], "AccessDenied");
});

Deno.test("GetUser gives the caller where no user is named", async () => {
  await using aws = startLocalAws();
  const { accessKey: key, id } = aws.addUser({ name: "ann", path: "/team/" });
  const answer = await signedCall(aws, { key, action: "GetUser", service: "iam" });
  strictEqual(answer.element("Arn"), "arn:aws:iam::123456789012:user/team/ann");
  strictEqual(answer.element("UserName"), "ann");
  strictEqual(answer.element("Path"), "/team/");
  strictEqual(answer.element("UserId"), id);
});
