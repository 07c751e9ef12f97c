import type { LocalRole } from "./role.ts";
import type { LocalUser } from "./user.ts";

/** What a client signs with. */
export interface AccessKey {
  /** The public half: `AKIA…` or, of a temporary key, `ASIA…`. */
  readonly accessKeyId: string;
  /** The half that signs. */
  readonly secretAccessKey: string;
  /** Given with temporary keys only. */
  readonly sessionToken?: string;
}

/** Who a credential speaks for. */
export interface Identity {
  /** What GetCallerIdentity calls Arn. */
  readonly arn: string;
  /** What GetCallerIdentity calls UserId. */
  readonly userId: string;
  /** The user, or root; none for a role. */
  readonly user?: LocalUser;
  /** The role that was assumed. */
  readonly role?: LocalRole;
}

/** An access key as AWS knows it. */
export interface Credential extends AccessKey {
  /** Who it speaks for. */
  readonly identity: Identity;
  /** How it came to be: by hand, from GetSessionToken, or from AssumeRole. */
  readonly origin: "long-term" | "session" | "role";
  /** Whether `aws:MultiFactorAuthPresent` is true for it. */
  readonly mfa: boolean;
  /** When it ends, in milliseconds since 1970; long-term keys do not. */
  readonly expiresAt?: number;
}
