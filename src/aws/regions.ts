/**
 * Regions: what they look like, and which there are.
 *
 * @module
 */

import { WevError } from "../errors.ts";

/** A region, and who names it. */
export interface NamedRegion {
  /** The region. */
  readonly name: string;
  /** Where it stands, for messages: `AWS_REGION`. */
  readonly source: string;
}

/** Those of today, as botocore's partitions.json has them. There will be others. */
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

/** How regions are written in the names of hosts. */
export const REGION = "[a-z]{2,}(?:-[a-z]+)+-[0-9]{1,2}";

/** Regions, what stands for all of a partition, and the older way to ask for FIPS. */
const PATTERN = new RegExp(`^(?:fips-)?(?:${REGION}|aws(?:-[a-z]+)*-global|aws)(?:-fips)?$`);

/**
 * Checks that `region` can be one: that it can be part of a host's name and, unless STS is asked at an
 * endpoint of one's own (`hasEndpoint`), that AWS names regions like that.
 *
 * @throws {WevError} if it can't.
 */
export function checkRegion(
  { name, source }: NamedRegion,
  { hasEndpoint }: { readonly hasEndpoint: boolean },
): void {
  const pattern = hasEndpoint ? /^[A-Za-z0-9-]{1,63}$/ : PATTERN;
  if (pattern.test(name)) return;
  throw new WevError(`"${name.slice(0, 80)}" is not a region of AWS`, {
    suggest: { word: plainly(name), known: KNOWN },
    hint: `Check ${source}.`,
  });
}

/** Returns what a name would be without the usual slips: `US_EAST_1`, `us-east-1a`. */
function plainly(name: string): string {
  return name.slice(0, 80).trim().toLowerCase().replace(/[\s_]+/g, "-").replace(
    /(?<=\d)[a-z]$/,
    "",
  );
}

/** Returns whether wev knows `region`. One that it does not know may be new. */
export function isKnownRegion(region: string): boolean {
  return !PATTERN.test(region) || /global|^(?:fips-)?aws/.test(region) ||
    KNOWN.includes(region.replace(/^fips-|-fips$/, ""));
}

/** Returns what to suggest instead of a region that wev does not know. */
export function knownRegions(
  region: string,
): { readonly word: string; readonly known: readonly string[] } {
  return { word: region, known: KNOWN };
}
