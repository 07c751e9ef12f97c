import assert from "node:assert/strict";
import { iamUser } from "../../../src/plugins/aws_mfa/user.ts";

const SOURCE = "the access key …ABCD (AWS_ACCESS_KEY_ID)";

Deno.test("iamUser() takes the name without the path, as IAM does for UserName", () => {
  assert.deepEqual(iamUser("arn:aws:iam::123456789012:user/ann", SOURCE), {
    arn: "arn:aws:iam::123456789012:user/ann",
    partition: "aws",
    account: "123456789012",
    name: "ann",
  });
  assert.equal(
    iamUser("arn:aws-cn:iam::123456789012:user/a/b/ann@x.org", SOURCE).name,
    "ann@x.org",
  );
  assert.equal(
    iamUser("arn:aws-us-gov:iam::123456789012:user/ann", SOURCE).partition,
    "aws-us-gov",
  );
});

for (
  const [arn, message] of [
    [
      "arn:aws:iam::123456789012:root",
      /^The access key …ABCD .* is a key of the root user of account 123456789012$/,
    ],
    [
      "arn:aws:sts::123456789012:assumed-role/admin/ann",
      /is not an IAM user's: it belongs to arn:aws:sts/,
    ],
    ["arn:aws:sts::123456789012:federated-user/ann", /is not an IAM user's/],
    ["arn:aws:iam::123456789012:role/admin", /is not an IAM user's/],
    ["arn:aws:iam::123456789012:user/", /is not an IAM user's/],
    ["nonsense", /is not an IAM user's: it belongs to nonsense/],
  ] as const
) {
  Deno.test(`iamUser() refuses ${arn}`, () => {
    assert.throws(() => iamUser(arn, SOURCE), (error) => {
      assert.ok(error instanceof Error && "hint" in error && error.hint !== undefined);
      assert.match(error.message, message);
      return true;
    });
  });
}
