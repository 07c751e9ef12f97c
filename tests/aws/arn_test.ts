import assert from "node:assert/strict";
import { accountOf, isAccount, nameIn, parseArn } from "../../src/aws/arn.ts";

const USER = "arn:aws:iam::123456789012:user/team/ann";

Deno.test("parseArn() splits an ARN; a resource may contain colons", () => {
  assert.deepEqual(parseArn(USER), {
    partition: "aws",
    service: "iam",
    region: "",
    account: "123456789012",
    resource: "user/team/ann",
  });
  assert.deepEqual(parseArn("arn:aws-us-gov:logs:us-gov-west-1:1:log-group:a:*"), {
    partition: "aws-us-gov",
    service: "logs",
    region: "us-gov-west-1",
    account: "1",
    resource: "log-group:a:*",
  });
  assert.equal(parseArn("arn:aws:iam::123456789012:")?.resource, "");
  assert.equal(parseArn("arn:aws:iam::123456789012:user/a\nb")?.resource, "user/a\nb");
});

Deno.test("parseArn() has no parts of any other text", () => {
  for (
    const text of ["", "GAHT12345678", "arn:aws:iam::123456789012", ` ${USER}`, "ARN:aws:a:b:c:d"]
  ) {
    assert.equal(parseArn(text), undefined, text);
  }
  assert.equal(parseArn("arn:a b:iam::123456789012:root"), undefined);
});

Deno.test("isAccount() accepts twelve digits", () => {
  assert.ok(isAccount("012345678901"));
  for (const text of ["", "12345678901", "1234567890123", "12345678901a", "123456789012\n"]) {
    assert.ok(!isAccount(text), text);
  }
});

Deno.test("accountOf() returns the account of an ARN that has one", () => {
  assert.equal(accountOf(USER), "123456789012");
  assert.equal(accountOf("arn:aws:iam::aws:policy/ReadOnlyAccess"), undefined);
  assert.equal(accountOf("arn:aws:s3:::bucket"), undefined);
  assert.equal(accountOf("GAHT12345678"), undefined);
});

Deno.test("nameIn() returns the name without its path", () => {
  assert.equal(nameIn(USER), "ann");
  assert.equal(nameIn("arn:aws:sts::123456789012:assumed-role/admin/ann@x.org"), "ann@x.org");
  assert.equal(nameIn("arn:aws:iam::123456789012:root"), "root");
  assert.equal(nameIn("arn:aws:iam::123456789012:user/"), "");
  assert.equal(nameIn("ann"), "ann");
});
