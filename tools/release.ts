/**
 * Makes what a release consists of besides the executables, in `dist/release`.
 *
 * ```sh
 * deno run -A tools/release.ts --tag v1.2.3      # fails unless main, deno.json and CHANGELOG.md agree
 * deno task release:dry-run                      # as if the version of deno.json were released now
 * ```
 *
 * It needs the executables that are there for their digests, and makes none.
 *
 * @module
 */

import { parseArgs } from "node:util";
import manifest from "../deno.json" with { type: "json" };
import { completionsFor } from "../src/cli/completions.ts";
import { OPTIONS, SHELLS } from "../src/cli/options.ts";
import { schemaText } from "../src/cli/schema.ts";
import { builtinPlugins } from "../src/plugins/mod.ts";
import { bundledModules } from "./bundle.ts";
import { dist, packagesDirectory, releaseDirectory, root } from "./paths.ts";
import { changelogSection } from "./release/changelog.ts";
import { parseChecksums } from "./release/checksums.ts";
import { homebrewFormula } from "./release/homebrew.ts";
import { dependencies, formatDependencies } from "./release/licences.ts";
import { manualPage } from "./release/manual_page.ts";
import { wev } from "./release/package.ts";
import { scoopManifest } from "./release/scoop.ts";
import { checkOnMain, checkTag } from "./release/tag.ts";

/** The names of the files with completions, as package managers know them. */
const COMPLETION_FILES = {
  bash: "wev.bash",
  zsh: "_wev",
  fish: "wev.fish",
  powershell: "wev.completions.ps1",
} as const;

if (import.meta.main) {
  const { values } = parseArgs({ options: { tag: { type: "string" } } });
  try {
    await makeRelease(values.tag);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    Deno.stderr.writeSync(new TextEncoder().encode(`${error.message}\n`));
    Deno.exit(1);
  }
}

/** Makes the files; without `tag` it is a dry run. */
async function makeRelease(tag: string | undefined): Promise<void> {
  const { version } = manifest;
  checkTag(tag ?? `v${version}`, version);
  if (tag !== undefined) await checkOnMain(root);
  const changelog = await Deno.readTextFile(`${root}CHANGELOG.md`);
  // What is not released yet stands under its own heading until the day.
  const notes = changelogSection(changelog, version) ??
    (tag === undefined ? changelogSection(changelog, "Unreleased") : undefined);
  if (notes === undefined) throw new Error(`CHANGELOG.md has no section ${version}`);

  const sums = parseChecksums(await Deno.readTextFile(`${releaseDirectory}/SHA256SUMS`));
  const plugins = await Promise.all([...builtinPlugins.values()].map((load) => load()));
  const list = await dependencies({
    packages: packagesDirectory,
    lock: await Deno.readTextFile(`${root}deno.lock`),
    modules: await bundledModules(`${root}main.ts`),
  });
  const files: Record<string, string> = {
    "wev.1": manualPage({ version, options: OPTIONS, plugins }),
    "wev.schema.json": await schemaText(builtinPlugins),
    "wev.rb": homebrewFormula(wev, sums),
    "wev.json": scoopManifest(wev, sums),
    "DEPENDENCIES.txt": formatDependencies(list, Deno.version.deno),
    "install.sh": await Deno.readTextFile(`${root}install.sh`),
    "install.ps1": await Deno.readTextFile(`${root}install.ps1`),
    ...Object.fromEntries(SHELLS.map((shell) => [COMPLETION_FILES[shell], completionsFor(shell)])),
  };
  for (const [name, text] of Object.entries(files)) {
    await Deno.writeTextFile(`${releaseDirectory}/${name}`, text);
  }
  // Not among the files of the release: it is what the release says.
  await Deno.writeTextFile(`${dist}/notes.md`, notes);
  print(
    `In ${releaseDirectory}: ${[...sums.keys(), "SHA256SUMS", ...Object.keys(files)].join(", ")}\n`,
  );
  if (tag === undefined) print(`A dry run: v${version} says\n\n${notes}`);
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}
