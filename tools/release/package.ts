/**
 * What package managers are told of wev.
 *
 * @module
 */

import manifest from "../../deno.json" with { type: "json" };

/** What package managers are told of a program. */
export interface Package {
  /** Its version. */
  readonly version: string;
  /** What it does, in a line. */
  readonly description: string;
  /** Where it is at home. */
  readonly homepage: string;
  /** Its licence, by its SPDX identifier. */
  readonly licence: string;
  /** Where the files of this version are. */
  readonly downloads: string;
  /** Returns where the files of `version` are. */
  downloadsOf(version: string): string;
}

const HOMEPAGE = "https://github.com/x/wev";

/** wev, in the version of deno.json. */
export const wev: Package = {
  version: manifest.version,
  description: "Run commands with environment variables that plugins resolve on demand",
  homepage: HOMEPAGE,
  licence: manifest.license,
  downloads: downloadsOf(manifest.version),
  downloadsOf,
};

function downloadsOf(version: string): string {
  return `${HOMEPAGE}/releases/download/v${version}`;
}
