/**
 * Bundles wev with esbuild: a module for what every run needs, and one for each part that is loaded
 * on demand.
 *
 * @module
 */

import * as esbuild from "esbuild";
import manifest from "../deno.json" with { type: "json" };
import { deno } from "./deno.ts";
import { bundleDirectory, packagesDirectory, root } from "./paths.ts";

/** How wev is bundled. */
export interface BundleOptions {
  /**
   * Whether names and spaces are shortened.
   *
   * @default {true}
   */
  readonly minify?: boolean;
  /**
   * Whether what is imported on demand stays in files of its own.
   *
   * @default {true}
   */
  readonly splitting?: boolean;
}

/**
 * Writes the program to {@linkcode bundleDirectory}.
 *
 * @throws {Error} where a CommonJS module is in it.
 */
export async function bundle(
  { minify = true, splitting = true }: BundleOptions = {},
): Promise<void> {
  await installPackages();
  await removeIfThere(bundleDirectory);
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["main.ts"],
    outdir: bundleDirectory,
    nodePaths: [`${packagesDirectory}/node_modules`],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    splitting,
    minify,
    // The AWS SDK has ES modules, but offers them only under this name.
    conditions: ["module"],
    mainFields: ["module", "main"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  }).finally(() => esbuild.stop());
  rejectCommonJs(metafile);
}

/** Puts the packages of deno.json, in the versions of deno.lock, where esbuild finds them. */
async function installPackages(): Promise<void> {
  await Deno.mkdir(packagesDirectory, { recursive: true });
  await Deno.copyFile(`${root}deno.lock`, `${packagesDirectory}/deno.lock`);
  const packages = Object.entries(manifest.imports).filter(([, target]) =>
    target.startsWith("npm:")
  );
  await Deno.writeTextFile(
    `${packagesDirectory}/deno.json`,
    JSON.stringify({ nodeModulesDir: "auto", imports: Object.fromEntries(packages) }),
  );
  await deno(["install", "--quiet", "--frozen"], packagesDirectory);
}

/** A CommonJS module costs every run that loads it 20 ms, and calls a `require` that is not there. */
function rejectCommonJs({ inputs }: esbuild.Metafile): void {
  const found = Object.keys(inputs).filter((path) => inputs[path]?.format === "cjs");
  if (found.length > 0) throw new Error(`CommonJS modules in the bundle: ${found.join(", ")}`);
}

async function removeIfThere(path: string): Promise<void> {
  try {
    await Deno.remove(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
