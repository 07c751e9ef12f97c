/**
 * The parts of AWS that share no accounts. As in the SDK's partitions.json.
 *
 * @module
 */

import { WevError } from "../errors.ts";

/** What is particular to a partition. */
interface Partition {
  readonly name: string;
  readonly regions: RegExp;
  /** A region to name in a hint. */
  readonly example: string;
  /** Where its IAM console is. */
  readonly console: string;
}

const PARTITIONS: readonly Partition[] = [
  {
    name: "aws-cn",
    regions: /^cn-/,
    example: "cn-north-1",
    console: "https://console.amazonaws.cn/iam",
  },
  {
    name: "aws-us-gov",
    regions: /^us-gov-/,
    example: "us-gov-west-1",
    console: "https://console.amazonaws-us-gov.com/iam",
  },
  {
    name: "aws-eusc",
    regions: /^eusc-/,
    example: "eusc-de-east-1",
    console: "https://console.amazonaws-eusc.eu/iam",
  },
  { name: "aws-iso", regions: /^us-iso-/, example: "us-iso-east-1", console: "the IAM console" },
  {
    name: "aws-iso-b",
    regions: /^us-isob-/,
    example: "us-isob-east-1",
    console: "the IAM console",
  },
  {
    name: "aws-iso-e",
    regions: /^eu-isoe-/,
    example: "eu-isoe-west-1",
    console: "the IAM console",
  },
  {
    name: "aws-iso-f",
    regions: /^us-isof-/,
    example: "us-isof-south-1",
    console: "the IAM console",
  },
];

const AWS: Partition = {
  name: "aws",
  regions: /^/,
  example: "us-east-1",
  console: "https://console.aws.amazon.com/iam",
};

/** Returns the partition of a region: `aws`, where no other has it. */
export function partitionOfRegion(region: string): string {
  return (PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS).name;
}

/** Returns where the IAM console of a partition is. */
export function consoleOf(partition: string): string {
  return (PARTITIONS.find(({ name }) => name === partition) ?? AWS).console;
}

/**
 * Checks that what `arns` name is in the partition of the region. Only `aws` has an endpoint without
 * a region.
 *
 * @throws {WevError} where it is not, or a region is missing.
 */
export function checkPartitions(region: string | undefined, arns: readonly string[]): void {
  for (const arn of arns) {
    const partition = /^arn:([\w-]+):/.exec(arn)?.[1];
    if (partition === undefined) continue;
    const known = PARTITIONS.find(({ name }) => name === partition);
    if (region === undefined) {
      if (partition === AWS.name) continue;
      throw new WevError(`No region is set, and the partition "${partition}" needs one`, {
        hint: `Set AWS_REGION${known === undefined ? "" : `, for example to ${known.example}`}.`,
      });
    }
    const own = partitionOfRegion(region);
    if (own === partition) continue;
    throw new WevError(
      `The region ${region} is in the partition "${own}", and ${arn} is in "${partition}"`,
      { hint: `Set the region to one of that partition, for example ${(known ?? AWS).example}.` },
    );
  }
}
