import { AwsError, expiredToken, invalidClientTokenId, signatureDoesNotMatch } from "./errors.ts";

/** The times that a skewed request is about, as SigV4 writes them: `20150830T123600Z`. */
export interface SkewedTimes {
  /** When the request was signed. */
  readonly signed: string;
  /** The server's time. */
  readonly now: string;
  /** The earliest or latest time that would have been taken. */
  readonly limit: string;
}

/** How a service says that it does not take a signature. */
export interface Refusals {
  /** There is no access key of that ID, or a temporary one lacks its token. */
  unknownKey(): AwsError;
  /** The session token is not the one issued with the key. */
  wrongToken(): AwsError;
  /** The temporary key's time is over. */
  expiredToken(): AwsError;
  /** The signature is of another secret, or of another request. */
  mismatch(): AwsError;
  /** The scope names a region that is not served here. */
  wrongRegion(region: string): AwsError;
  /** It was signed in the future. */
  tooEarly(times: SkewedTimes): AwsError;
  /** It was signed too long ago. */
  tooLate(times: SkewedTimes): AwsError;
}

/** How STS and IAM refuse. */
export const queryRefusals: Refusals = {
  unknownKey: invalidClientTokenId,
  wrongToken: invalidClientTokenId,
  expiredToken,
  mismatch: () =>
    signatureDoesNotMatch(
      "The request signature we calculated does not match the signature you provided. " +
        "Check your AWS Secret Access Key and signing method. " +
        "Consult the service documentation for details.",
    ),
  wrongRegion: () => signatureDoesNotMatch("Credential should be scoped to a valid region."),
  tooEarly: ({ signed, now, limit }) =>
    signatureDoesNotMatch(
      `Signature not yet current: ${signed} is still later than ${limit} (${now} + 15 min.)`,
    ),
  tooLate: ({ signed, now, limit }) =>
    signatureDoesNotMatch(
      `Signature expired: ${signed} is now earlier than ${limit} (${now} - 15 min.)`,
    ),
};

/** How S3 refuses. */
export const s3Refusals: Refusals = {
  unknownKey: () =>
    new AwsError(
      "InvalidAccessKeyId",
      "The AWS Access Key Id you provided does not exist in our records.",
      { status: 403 },
    ),
  wrongToken: () =>
    new AwsError("InvalidToken", "The provided token is malformed or otherwise invalid."),
  expiredToken: () => new AwsError("ExpiredToken", "The provided token has expired."),
  mismatch: () =>
    signatureDoesNotMatch(
      "The request signature we calculated does not match the signature you provided. " +
        "Check your key and signing method.",
    ),
  wrongRegion: (region) =>
    new AwsError(
      "AuthorizationHeaderMalformed",
      `The authorization header is malformed; the region '${region}' is wrong`,
    ),
  tooEarly: requestTimeTooSkewed,
  tooLate: requestTimeTooSkewed,
};

function requestTimeTooSkewed(): AwsError {
  return new AwsError(
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
    { status: 403 },
  );
}
