import type { WebTrust } from "./assume_role_with_web_identity.ts";

/** What a role is to be, and whom it trusts. */
export interface RoleOptions {
  /** The name without the path. */
  readonly name: string;
  /**
   * The path between `role` and the name in the ARN; begins and ends with a slash.
   *
   * @default {"/"}
   */
  readonly path?: string;
  /**
   * Seconds for which the role may be assumed at most.
   *
   * @default {3600}
   */
  readonly maxSessionDuration?: number;
  /**
   * The ARNs of those who may assume it; the account's root stands for everyone in the account.
   *
   * @default the account's root
   */
  readonly principals?: readonly string[];
  /**
   * Whether only callers with MFA may assume it.
   *
   * @default {false}
   */
  readonly mfa?: boolean;
  /** The ExternalId that the caller has to name. */
  readonly externalId?: string;
  /** The web identity that may assume it. */
  readonly webIdentity?: WebTrust;
}

/** A role. */
export interface LocalRole {
  /** The name without the path. */
  readonly name: string;
  /** What AssumeRole takes as RoleArn. */
  readonly arn: string;
  /** The first part of UserId in GetCallerIdentity. */
  readonly id: string;
  /** Seconds for which the role may be assumed at most. */
  readonly maxSessionDuration: number;
  /** The ARNs of those who may assume it. */
  readonly principals: readonly string[];
  /** Whether only callers with MFA may assume it. */
  readonly mfa: boolean;
  /** The ExternalId that the caller has to name, if any. */
  readonly externalId: string | undefined;
  /** The web identity that may assume it, if any. */
  readonly webIdentity: WebTrust | undefined;
}
