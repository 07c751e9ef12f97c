import assert from "node:assert/strict";
import {
  explainFailure,
  explainNoAnswer,
  failureCode,
  isAnswerLost,
  isClockSkew,
  isThrottled,
  isTransient,
  isUnknownDevice,
  isWrongCode,
  noteTarget,
} from "../../src/aws/failures.ts";

const KEYS = {
  accessKeyId: "AKIAEXAMPLEEXAMPLE00",
  secretAccessKey: "planted-secret",
  source: "AWS_ACCESS_KEY_ID",
  region: "eu-west-1",
  remedy: "Run: aws configure --profile foo",
};

/** An error as AWS's SDK makes it of an answer. */
function refusal(Code: string, status: number, message = Code): Error {
  const error = new Error(message);
  error.name = Code;
  return Object.assign(error, { Code, $metadata: { httpStatusCode: status } });
}

/** An error as Node's modules make it. */
function broken(code: string, message = code): Error {
  return Object.assign(new Error(message), { code });
}

const TIMEOUT = Object.assign(new Error("Request aborted"), { name: "AbortError" });

Deno.test("isThrottled() knows every code that AWS's SDKs repeat for", () => {
  const codes = ["Throttling", "ThrottlingException", "ThrottledException", "RequestThrottled"];
  codes.push("RequestThrottledException", "RequestLimitExceeded", "TooManyRequestsException");
  codes.push("SlowDown");
  for (const code of codes) assert.equal(isThrottled(refusal(code, 400)), true, code);
  assert.equal(isThrottled(refusal("Whatever", 429)), true);
  assert.equal(isThrottled(refusal("AccessDenied", 403)), false);
});

Deno.test("isTransient() knows what may be gone in a moment", () => {
  for (const status of [500, 502, 503, 504]) assert.equal(isTransient(refusal("X", status)), true);
  assert.equal(isTransient(broken("ECONNRESET")), true);
  for (const code of ["ECONNREFUSED", "ENOTFOUND"]) assert.equal(isTransient(broken(code)), false);
  assert.equal(isTransient(refusal("AccessDenied", 403)), false);
});

Deno.test("isAnswerLost() knows when a code may be used up", () => {
  assert.equal(isAnswerLost(broken("ECONNRESET")), true);
  assert.equal(isAnswerLost(TIMEOUT), true);
  assert.equal(isAnswerLost(refusal("InternalFailure", 500)), true);
  for (
    const code of ["ECONNREFUSED", "ENOTFOUND", "EHOSTUNREACH", "ECONNECT", "EPROXY", "ECERT"]
  ) {
    assert.equal(isAnswerLost(broken(code)), false, code);
  }
  assert.equal(isAnswerLost(refusal("AccessDenied", 403)), false);
  assert.equal(isAnswerLost(refusal("Throttling", 503)), false);
});

Deno.test("isWrongCode() tells a wrong code from a wrong device", () => {
  const failed = "MultiFactorAuthentication failed";
  const wrong = refusal("AccessDenied", 403, `${failed} with invalid MFA one time pass code.`);
  assert.equal(isWrongCode(wrong), true);
  const device = refusal(
    "AccessDenied",
    403,
    `${failed}, unable to validate MFA code.  Please verify your MFA serial number is valid.`,
  );
  assert.equal(isWrongCode(device), false);
  assert.equal(isUnknownDevice(device), true);
  assert.equal(isUnknownDevice(wrong), false);
});

Deno.test("isClockSkew() tells a wrong clock from a wrong secret", () => {
  const of = (message: string) => refusal("SignatureDoesNotMatch", 403, message);
  assert.equal(isClockSkew(of("Signature expired: A is now earlier than B (C - 15 min.)")), true);
  assert.equal(isClockSkew(of("Signature not yet current: A is still later than B")), true);
  assert.equal(isClockSkew(of("The request signature we calculated does not match")), false);
  assert.equal(isClockSkew(refusal("RequestTimeTooSkewed", 403)), true);
});

Deno.test("explainFailure() says by how much the clock is wrong, and in which direction", () => {
  const of = (message: string) =>
    explainFailure(refusal("SignatureDoesNotMatch", 403, message), KEYS).message;
  assert.match(
    of(
      "Signature expired: 20260131T120000Z is now earlier than 20260131T124500Z " +
        "(20260131T130000Z - 15 min.)",
    ),
    /by 60 minutes \(it is behind\)/,
  );
  assert.match(
    of(
      "Signature not yet current: 20260131T130000Z is still later than 20260131T121500Z " +
        "(20260131T120000Z + 15 min.)",
    ),
    /by 60 minutes \(it is ahead\)/,
  );
  assert.match(
    of("Signature expired: in other words"),
    /clock is wrong: AWS refuses its signatures/,
  );
});

const EXPLAINED: Record<string, readonly [error: Error, message: RegExp]> = {
  "a key that does not exist": [
    refusal("InvalidClientTokenId", 403),
    /^AWS does not know the access key …LE00 \(AWS_ACCESS_KEY_ID\)$/,
  ],
  "a secret that is not the key's": [
    refusal("SignatureDoesNotMatch", 403, "The request signature we calculated does not match"),
    /^The secret access key does not belong to the access key …LE00/,
  ],
  "a signature that is wrong otherwise": [
    refusal("SignatureDoesNotMatch", 403, "Credential should be scoped to a valid region."),
    /^AWS refused: Credential should be scoped to a valid region\. \(SignatureDoesNotMatch\)$/,
  ],
  "expired credentials": [refusal("ExpiredToken", 403), /AWS_ACCESS_KEY_ID have expired$/],
  "temporary credentials": [
    refusal("AccessDenied", 403, "Cannot call GetSessionToken with session credentials"),
    /^AWS makes no session from temporary credentials: the access key …LE00/,
  ],
  "a region that is off": [refusal("RegionDisabledException", 403), /in the region eu-west-1 /],
  "a denial": [refusal("AccessDenied", 403, "No."), /^AWS refused: No\.$/],
  "a request that is wrong": [refusal("ValidationError", 400, "1 error"), /the request: 1 error$/],
  "a page": [
    Object.assign(new Error("XML parse error"), { $metadata: { httpStatusCode: 403 } }),
    /^The response is not from AWS, or it is corrupt: HTTP status 403$/,
  ],
  "a server that fails": [
    refusal("InternalFailure", 500),
    /^AWS could not respond: HTTP status 500 \(InternalFailure\)$/,
  ],
  "a certificate": [broken("ECERT"), /^The certificate of AWS's endpoint can't be/],
  "a proxy that wants a password": [
    broken("EPROXY", "client error (Connect): proxy authentication required"),
    /^The proxy rejected the request: it requires a user name and password$/,
  ],
  "an address that may not be connected to": [
    Object.assign(new Error('Requires net access to "192.0.2.1:443", run again with'), {
      name: "NotCapable",
    }),
    /^wev may not connect to 192\.0\.2\.1:443: it is not in its permission set$/,
  ],
  "a name that does not exist": [broken("ENOTFOUND"), /can't be reached: can't resolve the host$/],
  "a port that is closed": [broken("ECONNREFUSED"), /can't be reached: the connection is refused$/],
  "no answer": [TIMEOUT, /can't be reached: no response in time$/],
  "what nobody has seen": [
    broken("EXOTIC"),
    /^AWS can't be reached: the request failed \(EXOTIC\)$/,
  ],
};

for (const [what, [error, message]] of Object.entries(EXPLAINED)) {
  Deno.test(`explainFailure() explains ${what}`, () => {
    const explained = explainFailure(error, KEYS);
    assert.match(explained.message, message);
    assert.ok(explained.hint !== undefined && explained.hint !== "");
    assert.equal(explained.exitStatus, 125);
    assert.doesNotMatch(explained.message + explained.hint, /planted-secret/);
  });
}

Deno.test("failureCode() returns nothing but a code, whatever the error says", () => {
  assert.equal(failureCode(refusal("AccessDenied", 403, "secret")), "AccessDenied");
  assert.equal(failureCode(broken("E\n\x1b[2J" + "x".repeat(200))), `E___2J${"x".repeat(74)}`);
  assert.equal(failureCode("secret"), "unknown");
});

Deno.test("explainNoAnswer() names the host that can't be resolved", () => {
  const error = broken("ENOTFOUND");
  noteTarget(error, {
    host: "sts.us-east-1.amazonaws.com",
    region: { name: "us-east-1", source: "AWS_REGION" },
  });
  const { message } = explainNoAnswer(error);
  assert.equal(message, "AWS can't be reached: can't resolve sts.us-east-1.amazonaws.com");
});

Deno.test("explainNoAnswer() says that a region is unknown, and who names it", () => {
  for (const code of ["ENOTFOUND", "ETIMEDOUT", "EPROXY"]) {
    const error = broken(code);
    noteTarget(error, {
      host: "sts.us-esat-1.amazonaws.com",
      region: { name: "us-esat-1", source: 'region of the profile "prod"' },
    });
    const { message, hint, suggest } = explainNoAnswer(error);
    assert.match(message, /\. wev does not know the region us-esat-1$/);
    assert.match(hint ?? "", /^Check region of the profile "prod"\. /);
    assert.equal(suggest?.word, "us-esat-1");
  }
});
