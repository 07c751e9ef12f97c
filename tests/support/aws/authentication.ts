import type { Account } from "./account.ts";
import { isRegionOf } from "./arn.ts";
import type { ServerClock } from "./clock.ts";
import type { Credential } from "./credential.ts";
import { AwsError, signatureDoesNotMatch } from "./errors.ts";
import type { Refusals } from "./refusals.ts";
import { type Authorization, isSignedBy } from "./sigv4.ts";
import type { SignedRequest } from "./signed_request.ts";

const TOLERANCE_MS = 15 * 60 * 1000;

/** What {@linkcode authenticate} checks a signature against. */
export interface AuthenticateOptions {
  /** Knows the access keys. */
  readonly account: Account;
  /** The server's time. */
  readonly clock: ServerClock;
  /** How the service says no. */
  readonly refusals: Refusals;
  /** The only region that is taken; any of the partition where there is none. */
  readonly region: string | undefined;
}

/**
 * Finds out who sent a request.
 *
 * @throws {AwsError} where the signature is not good, as the service says it
 */
export async function authenticate(
  request: SignedRequest,
  authorization: Authorization,
  options: AuthenticateOptions,
): Promise<Credential> {
  const { account, clock, refusals } = options;
  const datetime = request.headers.get("x-amz-date") ?? "";
  checkScope(authorization, datetime, options);
  checkTime(datetime, clock.wall(), refusals);
  const credential = account.credential(authorization.accessKeyId);
  if (credential === undefined) throw refusals.unknownKey();
  const token = request.headers.get("x-amz-security-token");
  if (token !== (credential.sessionToken ?? null)) {
    // Temporary keys without their token are as good as unknown.
    throw token === null ? refusals.unknownKey() : refusals.wrongToken();
  }
  const { secretAccessKey } = credential;
  if (!await isSignedBy(request, authorization, { secretAccessKey, datetime })) {
    throw refusals.mismatch();
  }
  if (credential.expiresAt !== undefined && credential.expiresAt <= clock.now()) {
    throw refusals.expiredToken();
  }
  return credential;
}

function checkScope(
  authorization: Authorization,
  datetime: string,
  options: AuthenticateOptions,
): void {
  const { account, refusals, region } = options;
  if (!/^\d{8}T\d{6}Z$/.test(datetime)) {
    throw new AwsError(
      "IncompleteSignature",
      "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    );
  }
  const day = datetime.slice(0, 8);
  if (authorization.date !== day) {
    throw signatureDoesNotMatch(
      "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: " +
        `'${authorization.date}' != '${day}', from '${datetime}'.`,
    );
  }
  const isRegionRight = region === undefined
    ? isRegionOf(account.partition, authorization.region)
    : authorization.region === region;
  if (!isRegionRight) throw refusals.wrongRegion(authorization.region);
}

function checkTime(datetime: string, now: number, refusals: Refusals): void {
  const signed = Date.parse(
    datetime.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, "$1-$2-$3T$4:$5:$6Z"),
  );
  const times = (limit: number) => ({ signed: datetime, now: amzDate(now), limit: amzDate(limit) });
  if (signed < now - TOLERANCE_MS) throw refusals.tooLate(times(now - TOLERANCE_MS));
  if (signed > now + TOLERANCE_MS) throw refusals.tooEarly(times(now + TOLERANCE_MS));
}

function amzDate(time: number): string {
  return new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}
