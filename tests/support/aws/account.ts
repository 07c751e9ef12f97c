import { type ArnAccount, iamArn, type Partition } from "./arn.ts";
import type { ServerClock } from "./clock.ts";
import type { AccessKey, Credential } from "./credential.ts";
import { newId, newSecretAccessKey, newSessionToken } from "./identifiers.ts";
import type { LocalRole, RoleOptions } from "./role.ts";
import { type LocalUser, makeUser, type UserOptions } from "./user.ts";

/** Which account it is. */
export interface AccountOptions {
  /**
   * The account's number.
   *
   * @default {"123456789012"}
   */
  readonly id?: string;
  /**
   * The partition that all its ARNs and regions belong to.
   *
   * @default {"aws"}
   */
  readonly partition?: Partition;
}

/** A temporary key that is to be issued. */
export interface TemporaryKey extends Pick<Credential, "identity" | "mfa"> {
  /** The action that issues it. */
  readonly origin: "session" | "role";
  /** For how many seconds it is good. */
  readonly duration: number;
}

/** An AWS account: its users, its roles, and every access key that was ever issued. */
export class Account implements ArnAccount {
  /** The account's number. */
  readonly id: string;
  /** The partition that all its ARNs and regions belong to. */
  readonly partition: Partition;
  readonly #clock: ServerClock;
  readonly #users = new Map<string, LocalUser>();
  readonly #roles = new Map<string, LocalRole>();
  readonly #credentials = new Map<string, Credential>();

  /** Makes an account without users. */
  constructor(clock: ServerClock, options: AccountOptions = {}) {
    this.#clock = clock;
    this.id = options.id ?? "123456789012";
    this.partition = options.partition ?? "aws";
  }

  /** The ARN that stands for the whole account in a role's trust. */
  get rootArn(): string {
    return iamArn(this, "root");
  }

  /** Adds a user with a long-term access key. */
  addUser(options: UserOptions): LocalUser {
    const user = this.#make(options, { id: newId("AIDA"), root: false });
    this.#users.set(user.name, user);
    return user;
  }

  /** Adds an access key of the account's root user, whose name is of no use to IAM. */
  addRoot(options: Pick<UserOptions, "devices" | "accessKey"> = {}): LocalUser {
    return this.#make({ name: "root-account-mfa-device", ...options }, { id: this.id, root: true });
  }

  /** Adds a role. */
  addRole(options: RoleOptions): LocalRole {
    const role = {
      name: options.name,
      arn: iamArn(this, `role${options.path ?? "/"}${options.name}`),
      id: newId("AROA"),
      maxSessionDuration: options.maxSessionDuration ?? 3600,
      principals: options.principals ?? [this.rootArn],
      mfa: options.mfa ?? false,
      externalId: options.externalId,
      webIdentity: options.webIdentity,
    };
    this.#roles.set(role.arn, role);
    return role;
  }

  /** Gives the user of a name. */
  user(name: string): LocalUser | undefined {
    return this.#users.get(name);
  }

  /** Gives the role of an ARN. */
  role(arn: string): LocalRole | undefined {
    return this.#roles.get(arn);
  }

  /** Gives what is known of an access key ID, expired or not. */
  credential(accessKeyId: string): Credential | undefined {
    return this.#credentials.get(accessKeyId);
  }

  /** Issues a temporary key. */
  issue(key: TemporaryKey): Credential & { sessionToken: string; expiresAt: number } {
    const { duration, ...rest } = key;
    // AWS tells whole seconds, so no key lives a fraction longer than it says.
    const now = Math.floor(this.#clock.now() / 1000) * 1000;
    const credential = {
      ...rest,
      accessKeyId: newId("ASIA"),
      secretAccessKey: newSecretAccessKey(),
      sessionToken: newSessionToken(),
      expiresAt: now + duration * 1000,
    };
    this.#credentials.set(credential.accessKeyId, credential);
    return credential;
  }

  /** Deletes an access key: from now on it is unknown. */
  revoke(accessKeyId: string): void {
    this.#credentials.delete(accessKeyId);
  }

  #make(options: UserOptions, kind: { id: string; root: boolean }): LocalUser {
    const accessKey: AccessKey = options.accessKey ??
      { accessKeyId: newId("AKIA"), secretAccessKey: newSecretAccessKey() };
    const now = () => this.#clock.now();
    const user = makeUser(options, { account: this, accessKey, now, ...kind });
    const identity = { arn: user.arn, userId: user.id, user };
    this.#credentials.set(accessKey.accessKeyId, {
      ...accessKey,
      identity,
      origin: "long-term",
      mfa: false,
    });
    return user;
  }
}
