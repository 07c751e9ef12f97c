import assert from "node:assert/strict";
import { serialNumberProblem } from "../../../src/aws/limits.ts";
import { awsMfa } from "../../../src/plugins/aws_mfa/mod.ts";
import { optionsOf } from "../../support/options.ts";

const NAMES = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];
const parse = (yaml: string, names: readonly string[] = NAMES) => optionsOf(yaml, awsMfa, names);

Deno.test("wev-awsmfa needs no option", () => {
  assert.deepEqual(parse(""), {});
});

Deno.test("wev-awsmfa takes a duration from 900 to 129600 seconds", () => {
  for (const duration of [900, 901, 3600, 129_599, 129_600]) {
    assert.equal(parse(`duration: ${duration}`).duration, duration);
    assert.equal(parse(`duration: "${duration}"`).duration, duration);
  }
});

for (
  const duration of [
    "899",
    "129601",
    "0",
    "-900",
    "1e3",
    "0x400",
    "900.0",
    "900s",
    "1_000",
    "",
    "  ",
  ]
) {
  Deno.test(`wev-awsmfa refuses a duration of "${duration}"`, () => {
    assert.throws(() => parse(`# c\nduration: "${duration}"`), {
      message:
        'wev.yml:2:1: "duration" of wev-awsmfa must be a whole number of seconds from 900 to ' +
        `129600: current value is "${duration}"`,
    });
  });
}

Deno.test("wev-awsmfa refuses a list for a duration", () => {
  assert.throws(() => parse("duration: [900]"), /1:1: "duration" .* must be text: it is a list/);
});

Deno.test("wev-awsmfa takes three names, or four", () => {
  assert.doesNotThrow(() => parse("", ["A", "B", "C"]));
  assert.doesNotThrow(() => parse("", ["A", "B", "C", "D"]));
  for (const names of [["A"], ["A", "B"], ["A", "B", "C", "D", "E"]]) {
    assert.throws(() => parse("", names), /99:1: wev-awsmfa sets three names .* or four/);
  }
});

for (
  const serial of [
    "arn:aws:iam::123456789012:mfa/ann",
    "arn:aws:iam::123456789012:mfa/team/ann@example.com",
    "arn:aws-cn:iam::123456789012:mfa/ann",
    "arn:aws-us-gov:iam::123456789012:mfa/ann+1=x,y.z_-",
    "arn:aws:iam::123456789012:sms-mfa/ann",
    "GAHT12345678",
    "123456789",
    "x".repeat(256),
  ]
) {
  Deno.test(`serialNumberProblem() finds none in ${serial.slice(0, 60)}`, () => {
    assert.equal(serialNumberProblem(serial), undefined);
    assert.equal(parse(`mfa_device: ${serial}`).mfa_device, serial);
  });
}

for (
  const [serial, problem] of [
    ["", /must have 9 to 256 characters: it has 0/],
    ["12345678", /must have 9 to 256 characters: it has 8/],
    ["x".repeat(257), /must have 9 to 256 characters: it has 257/],
    ["GAHT 12345678", /characters that neither has/],
    ["GAHT12345678\\n", /characters that neither has/],
    ["gähthundert", /characters that neither has/],
    ["arn:aws:iam::123456789012:u2f/user/ann/key", /FIDO security key/],
    ["arn:aws:iam::123456789012:user/ann", /":mfa\/"/],
    ["arn:aws:iam::12345:mfa/ann", /account of 12 digits/],
    ["arn:aws:iam:us-east-1:123456789012:mfa/ann", /must be an ARN like/],
    ["arn:aws:iam::123456789012:mfa/", /must be an ARN like/],
  ] as const
) {
  Deno.test(`wev-awsmfa refuses the device "${serial.slice(0, 60)}"`, () => {
    assert.throws(() => parse(`mfa_device: "${serial}"`), (error) => {
      assert.ok(error instanceof Error);
      assert.match(error.message, /^wev\.yml:1:1: "mfa_device" of wev-awsmfa /);
      assert.match(error.message, problem);
      return true;
    });
  });
}
