import assert from "node:assert/strict";
import {
  checkPartitions,
  checkRegion,
  consoleOf,
  isKnownRegion,
  knownRegions,
} from "../../src/aws/regions.ts";

const AWS = { hasEndpoint: false };
const OWN = { hasEndpoint: true };

Deno.test("checkRegion() takes every region, old ways to write them, and regions to come", () => {
  const { known } = knownRegions("");
  const others = ["aws-global", "aws-us-gov-global", "fips-us-east-1", "us-gov-west-1-fips"];
  for (const name of [...known, ...others, "moon-west-12"]) {
    checkRegion({ name, source: "AWS_REGION" }, AWS);
    checkRegion({ name, source: "AWS_REGION" }, OWN);
  }
});

Deno.test("checkRegion() refuses what is no region", () => {
  for (
    const name of ["us-east-1a", "us_east_1", "US-EAST-1", "us-east-1 ", "Frankfurt", "us-east", ""]
  ) {
    const check = () => checkRegion({ name, source: "AWS_REGION" }, AWS);
    assert.throws(check, {
      message: `"${name}" is not a region of AWS`,
      hint: "Check AWS_REGION.",
    });
  }
});

Deno.test("checkRegion() takes any name that a host can have beside an endpoint of one's own", () => {
  checkRegion({ name: "local", source: "AWS_REGION" }, OWN);
  checkRegion({ name: "US-EAST-1", source: "AWS_REGION" }, OWN);
  for (const name of ["a/b", "a.b", "a b", "x".repeat(64)]) {
    assert.throws(() => checkRegion({ name, source: "AWS_REGION" }, OWN), /not a region/);
  }
});

Deno.test("isKnownRegion() tells a region that does not exist today", () => {
  for (const name of ["us-east-1", "aws-global", "fips-us-east-1", "us-east-1-fips", "local"]) {
    assert.equal(isKnownRegion(name), true, name);
  }
  assert.equal(isKnownRegion("us-esat-1"), false);
});

Deno.test("consoleOf() has the console of the partition, and that of AWS for an unknown one", () => {
  assert.equal(consoleOf("aws-cn"), "https://console.amazonaws.cn/iam");
  assert.equal(consoleOf("aws"), "https://console.aws.amazon.com/iam");
  assert.equal(consoleOf("aws-moon"), "https://console.aws.amazon.com/iam");
});

for (
  const [region, arn, message] of [
    [undefined, "arn:aws-cn:iam::123456789012:mfa/ann", /needs one/],
    ["us-east-1", "arn:aws-cn:iam::123456789012:mfa/ann", /us-east-1 is in the partition "aws"/],
    ["cn-north-1", "arn:aws:iam::123456789012:role/a", /is in "aws"$/],
    ["eusc-de-east-1", "arn:aws-us-gov:iam::123456789012:role/a", /"aws-eusc", but/],
  ] as const
) {
  Deno.test(`checkPartitions() refuses ${arn} in ${region ?? "no region"}`, () => {
    assert.throws(() => checkPartitions(region, [arn]), message);
  });
}

for (
  const [region, arn] of [
    [undefined, "arn:aws:iam::123456789012:mfa/ann"],
    ["eu-west-1", "arn:aws:iam::123456789012:mfa/ann"],
    ["us-gov-east-1", "arn:aws-us-gov:iam::123456789012:mfa/ann"],
    ["cn-northwest-1", "arn:aws-cn:iam::123456789012:mfa/ann"],
    ["eusc-de-east-1", "arn:aws-eusc:iam::123456789012:mfa/ann"],
    ["cn-north-1", "GAHT12345678"],
  ] as const
) {
  Deno.test(`checkPartitions() takes ${arn} in ${region ?? "no region"}`, () => {
    checkPartitions(region, [arn]);
  });
}
