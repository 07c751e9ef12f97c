/** The parts of AWS that share no accounts: the world, China, US government, European sovereign. */
export type Partition = "aws" | "aws-cn" | "aws-us-gov" | "aws-eusc";

/** The first and the last part of every ARN of an account. */
export interface ArnAccount {
  /** The account's number. */
  readonly id: string;
  /** The partition that the account is in. */
  readonly partition: Partition;
}

// As in the SDKs' partitions.json.
const REGIONS: Readonly<Record<Partition, RegExp>> = {
  "aws": /^(us|eu|ap|sa|ca|me|af|il|mx)-\w+-\d+$/,
  "aws-cn": /^cn-\w+-\d+$/,
  "aws-us-gov": /^us-gov-\w+-\d+$/,
  "aws-eusc": /^eusc-de-\w+-\d+$/,
};

/** Makes the ARN of something that IAM keeps, such as `user/team/ann`. */
export function iamArn(account: ArnAccount, resource: string): string {
  return `arn:${account.partition}:iam::${account.id}:${resource}`;
}

/** Makes the ARN of something that STS issues: `assumed-role/NAME/SESSION`. */
export function stsArn(account: ArnAccount, resource: string): string {
  return `arn:${account.partition}:sts::${account.id}:${resource}`;
}

/** Tells whether a region's name is of the partition. */
export function isRegionOf(partition: Partition, region: string): boolean {
  return REGIONS[partition].test(region);
}
