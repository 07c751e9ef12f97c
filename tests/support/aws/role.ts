/** What a role is to be, and whom it trusts. */
export interface RoleOptions {
  readonly name: string;
  /**
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
}

/** A role. */
export interface LocalRole {
  readonly name: string;
  readonly arn: string;
  readonly id: string;
  readonly maxSessionDuration: number;
  readonly principals: readonly string[];
  readonly mfa: boolean;
  readonly externalId: string | undefined;
}
