/**
 * Amazon Resource Names: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
 *
 * @module
 */

/** The parts of an ARN. */
export interface Arn {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  /** `iam`, `sts`, … */
  readonly service: string;
  /** The region; empty for services that have none. */
  readonly region: string;
  /** The account: twelve digits; empty for resources of AWS itself. */
  readonly account: string;
  /** The rest: `user/foo`, `root`. */
  readonly resource: string;
}

/** Returns the parts of `text`, or `undefined` if it is not an ARN. */
export function parseArn(text: string): Arn | undefined {
  const [, partition = "", service = "", region = "", account = "", resource] =
    /^arn:([\w-]+):([^:]*):([^:]*):([^:]*):(.*)$/s.exec(text) ?? [];
  return resource === undefined ? undefined : { partition, service, region, account, resource };
}

/** Returns whether `text` can be the number of an account. */
export function isAccount(text: string): boolean {
  return /^\d{12}$/.test(text);
}

/** Returns the account in an ARN, if there is one. */
export function accountOf(arn: string): string | undefined {
  const { account = "" } = parseArn(arn) ?? {};
  return isAccount(account) ? account : undefined;
}

/** Returns the name at the end of an ARN, without its path: `foo` of `…:user/team/foo`. */
export function nameIn(arn: string): string {
  return arn.slice(arn.search(/[^/:]*$/));
}
