import { createHash, timingSafeEqual } from "node:crypto";
import { AwsV4Signer } from "aws4fetch";
import { AwsError } from "./errors.ts";
import type { SignedRequest } from "./signed_request.ts";

/** What an `Authorization` header of AWS's Signature Version 4 says. */
export interface Authorization {
  /** Whose signature it is. */
  readonly accessKeyId: string;
  /** The day of the scope: `20150830`. */
  readonly date: string;
  /** The region of the scope. */
  readonly region: string;
  /** The service of the scope. */
  readonly service: string;
  /** The names of the headers that are signed, in lower case. */
  readonly signedHeaders: readonly string[];
  /** The signature in hexadecimal. */
  readonly signature: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})$/;

/**
 * Reads an `Authorization` header.
 *
 * @throws {AwsError} `IncompleteSignature` where it is of another form
 */
export function parseAuthorization(header: string): Authorization {
  const [, accessKeyId, date, region, service, signedHeaders, signature] =
    AUTHORIZATION.exec(header) ?? [];
  if (
    accessKeyId === undefined || date === undefined || region === undefined ||
    service === undefined || signedHeaders === undefined || signature === undefined
  ) {
    throw new AwsError(
      "IncompleteSignature",
      "Authorization header requires 'Credential', 'Signature' and 'SignedHeaders' parameters.",
    );
  }
  return { accessKeyId, date, region, service, signedHeaders: signedHeaders.split(";"), signature };
}

/** Tells whether a request was signed with the secret key, over what it holds now. */
export async function isSignedBy(
  request: SignedRequest,
  authorization: Authorization,
  options: { readonly secretAccessKey: string; readonly datetime: string },
): Promise<boolean> {
  const { signedHeaders, signature, accessKeyId, region, service } = authorization;
  if (!signedHeaders.includes("host") || !signedHeaders.includes("x-amz-date")) return false;
  if (!isBodyHashRight(request)) return false;
  const headers = new Headers();
  for (const name of signedHeaders) headers.set(name, request.headers.get(name) ?? "");
  const signer = new AwsV4Signer({
    method: request.method,
    url: request.url.href,
    headers,
    body: request.body,
    accessKeyId,
    region,
    service,
    allHeaders: true,
    ...options,
  });
  const expected = new TextEncoder().encode(await signer.signature());
  return timingSafeEqual(expected, new TextEncoder().encode(signature));
}

// A client that sends the hash signs the header, not the body, so the header must be true.
function isBodyHashRight(request: SignedRequest): boolean {
  const claimed = request.headers.get("x-amz-content-sha256");
  return claimed === null || claimed === "UNSIGNED-PAYLOAD" ||
    claimed === createHash("sha256").update(request.body).digest("hex");
}
