import { strictEqual, throws } from "node:assert/strict";
import { AwsError } from "./errors.ts";
import { readRequest } from "./signed_request.ts";
import { isSignedBy, parseAuthorization } from "./sigv4.ts";

// From AWS's own descriptions of Signature Version 4: "get-vanilla" of the test suite, and the
// ListUsers example of the manual.
const SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
const DATETIME = "20150830T123600Z";
const VECTORS = [
  {
    name: "get-vanilla",
    url: "https://example.amazonaws.com/",
    headers: {},
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
      "SignedHeaders=host;x-amz-date, " +
      "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
  },
  {
    name: "the manual's ListUsers",
    url: "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    authorization: "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
      "SignedHeaders=content-type;host;x-amz-date, " +
      "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
  },
];

for (const { name, url, headers, authorization } of VECTORS) {
  const sent = { ...headers, "x-amz-date": DATETIME };

  Deno.test(`isSignedBy() accepts ${name}`, async () => {
    const request = await readRequest(new Request(url, { headers: sent }));
    const options = { secretAccessKey: SECRET, datetime: DATETIME };
    strictEqual(await isSignedBy(request, parseAuthorization(authorization), options), true);
  });

  Deno.test(`isSignedBy() refuses ${name} with another secret`, async () => {
    const request = await readRequest(new Request(url, { headers: sent }));
    const options = { secretAccessKey: SECRET + "x", datetime: DATETIME };
    strictEqual(await isSignedBy(request, parseAuthorization(authorization), options), false);
  });

  Deno.test(`isSignedBy() refuses ${name} with another query`, async () => {
    const request = await readRequest(new Request(url + "?x=y", { headers: sent }));
    const options = { secretAccessKey: SECRET, datetime: DATETIME };
    strictEqual(await isSignedBy(request, parseAuthorization(authorization), options), false);
  });
}

Deno.test("parseAuthorization() refuses another scheme", () => {
  throws(() => parseAuthorization("Basic Zm9vOmJhcg=="), AwsError);
});
