/**
 * The Scoop manifest.
 *
 * @module
 */

import type { Checksums } from "./checksums.ts";
import type { Package } from "./package.ts";
import { executableName, type Target } from "./targets.ts";

/** The processors, by what Scoop calls them. */
const PROCESSORS = [["64bit", "x86_64"], ["arm64", "aarch64"]] as const;

/** Returns the manifest, as JSON, that installs the Windows executables of `sums`. */
export function scoopManifest(about: Package, sums: Checksums): string {
  const builds = PROCESSORS.flatMap(([block, processor]) => {
    const name = executableName(`${processor}-pc-windows-msvc` as Target);
    const hash = sums.get(name);
    // What follows # is the name that Scoop gives the file.
    const url = (downloads: string) => `${downloads}/${name}#/wev.exe`;
    return hash === undefined ? [] : [{ block, hash, url }];
  });
  const manifest = {
    version: about.version,
    description: about.description,
    homepage: about.homepage,
    license: about.licence,
    architecture: Object.fromEntries(
      builds.map(({ block, hash, url }) => [block, { url: url(about.downloads), hash }]),
    ),
    bin: "wev.exe",
    checkver: "github",
    autoupdate: {
      architecture: Object.fromEntries(
        builds.map(({ block, url }) => [block, { url: url(about.downloadsOf("$version")) }]),
      ),
      hash: { url: "$baseurl/SHA256SUMS" },
    },
  };
  return `${JSON.stringify(manifest, undefined, 2)}\n`;
}
