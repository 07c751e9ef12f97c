/**
 * Regions and partitions.
 *
 * @module
 */

import { WevError } from "../errors.ts";
import { parseArn } from "./arn.ts";

/** A region and the setting that names it. */
export interface NamedRegion {
  /** The region. */
  readonly name: string;
  /** The setting that names it, for messages: `AWS_REGION`. */
  readonly source: string;
}

/** Today's regions, from botocore's partitions.json. There will be others. */
const KNOWN: readonly string[] = [
  ["af-south-1"],
  ["ap-east-1", "ap-east-2"],
  ["ap-northeast-1", "ap-northeast-2", "ap-northeast-3"],
  ["ap-south-1", "ap-south-2"],
  ["ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4"],
  ["ap-southeast-5", "ap-southeast-6", "ap-southeast-7"],
  ["ca-central-1", "ca-west-1"],
  ["cn-north-1", "cn-northwest-1"],
  ["eu-central-1", "eu-central-2"],
  ["eu-isoe-west-1"],
  ["eu-north-1"],
  ["eu-south-1", "eu-south-2"],
  ["eu-west-1", "eu-west-2", "eu-west-3"],
  ["eusc-de-east-1"],
  ["il-central-1"],
  ["me-central-1", "me-south-1"],
  ["mx-central-1"],
  ["sa-east-1"],
  ["us-east-1", "us-east-2"],
  ["us-gov-east-1", "us-gov-west-1"],
  ["us-iso-east-1", "us-iso-west-1"],
  ["us-isob-east-1", "us-isob-west-1"],
  ["us-isof-east-1", "us-isof-south-1"],
  ["us-west-1", "us-west-2"],
].flat();

/** The pattern of regions in host names. */
export const REGION = "[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}";

/** Regions, pseudo-regions for a whole partition, and the older form with FIPS. */
const PATTERN = new RegExp(`^(?:fips-)?(?:${REGION}|aws(?:-[a-z]+)*-global|aws)(?:-fips)?$`);

/**
 * Checks the form of a region: it becomes part of a host name. With a custom endpoint (`hasEndpoint`) any
 * such name is accepted.
 *
 * @throws {WevError} if it can't be a region.
 */
export function checkRegion(
  { name, source }: NamedRegion,
  { hasEndpoint }: { readonly hasEndpoint: boolean },
): void {
  const pattern = hasEndpoint ? /^[A-Za-z0-9-]{1,63}$/ : PATTERN;
  if (pattern.test(name)) return;
  throw new WevError(`"${name.slice(0, 80)}" is not a region of AWS`, {
    suggest: { word: normalized(name), known: KNOWN },
    hint: `Check ${source}.`,
  });
}

/** Corrects the usual mistakes in a name: `US_EAST_1`, `us-east-1a`. */
function normalized(name: string): string {
  return name.slice(0, 80).trim().toLowerCase().replace(/[\s_]+/g, "-").replace(
    /(?<=\d)[a-z]$/,
    "",
  );
}

/** Returns whether wev knows `region`. An unknown one may be new. */
export function isKnownRegion(region: string): boolean {
  return !PATTERN.test(region) || /global|^(?:fips-)?aws/.test(region) ||
    KNOWN.includes(region.replace(/^fips-|-fips$/, ""));
}

/** Returns the words for a suggestion instead of an unknown region. */
export function knownRegions(
  region: string,
): { readonly word: string; readonly known: readonly string[] } {
  return { word: region, known: KNOWN };
}

/** A partition: a part of AWS with accounts of its own. As in the SDK's partitions.json. */
interface Partition {
  readonly name: string;
  readonly regions: RegExp;
  /** A region for hints. */
  readonly example: string;
  /** The URL of its IAM console, if it is public. */
  readonly console: string | undefined;
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
  { name: "aws-iso", regions: /^us-iso-/, example: "us-iso-east-1", console: undefined },
  {
    name: "aws-iso-b",
    regions: /^us-isob-/,
    example: "us-isob-east-1",
    console: undefined,
  },
  {
    name: "aws-iso-e",
    regions: /^eu-isoe-/,
    example: "eu-isoe-west-1",
    console: undefined,
  },
  {
    name: "aws-iso-f",
    regions: /^us-isof-/,
    example: "us-isof-south-1",
    console: undefined,
  },
];

const AWS: Partition = {
  name: "aws",
  regions: /^/,
  example: "us-east-1",
  console: "https://console.aws.amazon.com/iam",
};

/** Returns the partition of a region: `aws`, if no other has it. */
function partitionOfRegion(region: string): string {
  return (PARTITIONS.find(({ regions }) => regions.test(region)) ?? AWS).name;
}

/** Returns the URL of the IAM console of a partition, if it is public. */
export function consoleOf(partition: string): string | undefined {
  return (PARTITIONS.find(({ name }) => name === partition) ?? AWS).console;
}

/**
 * Checks that the resources of `arns` are in the partition of the region. Only `aws` has an endpoint
 * without a region. What is not an ARN is ignored.
 *
 * @throws {WevError} if one is not, or a region is missing.
 */
export function checkPartitions(region: string | undefined, arns: readonly string[]): void {
  for (const arn of arns) {
    const partition = parseArn(arn)?.partition;
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
      `The region ${region} is in the partition "${own}", but ${arn} is in "${partition}"`,
      { hint: `Set the region to one of that partition, for example ${(known ?? AWS).example}.` },
    );
  }
}
