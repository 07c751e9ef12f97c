/**
 * Bundles a program with esbuild: a module for what every run needs, and one for each part that is
 * loaded on demand.
 *
 * @module
 */

import * as esbuild from "esbuild";
import manifest from "../deno.json" with { type: "json" };
import { deno } from "./deno.ts";
import { packagesDirectory, root } from "./paths.ts";

/** What a program is bundled from, and to. */
export interface BundleOptions {
  /** The module that the program begins with. */
  readonly entry: string;
}

/**
 * Writes a program to `directory`, and returns its path.
 *
 * @throws {Error} where a CommonJS module is in it.
 */
export async function bundle(
  { entry }: BundleOptions,
  directory: string,
): Promise<string> {
  await installPackages();
  await removeIfThere(directory);
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: entry },
    plugins: [nameOnDemand],
    outdir: directory,
    nodePaths: [`${packagesDirectory}/node_modules`],
    bundle: true,
    platform: "node",
    format: "esm",
    target: "esnext",
    splitting: true,
    minify: true,
    // The AWS SDK has ES modules, but offers them only under this name.
    conditions: ["module"],
    mainFields: ["module", "main"],
    legalComments: "none",
    metafile: true,
    logLevel: "warning",
  }).finally(() => esbuild.stop());
  rejectCommonJs(metafile);
  return `${directory}/main.js`;
}

/**
 * Writes out the names of modules that wev imports as `import(COLD)`, so that Deno does not read them,
 * and all that they import, at the start of every run: here they become parts of their own anyway.
 */
const nameOnDemand: esbuild.Plugin = {
  name: "name-on-demand",
  setup(build) {
    build.onLoad(
      { filter: /[\\/]src[\\/](?:cli[\\/]app|deno[\\/]runtime)\.ts$/ },
      async ({ path }) => {
        const text = await Deno.readTextFile(path);
        const name = /^const COLD = \[("\.\/\w+\.ts")\]\.join\(\);$/m.exec(text)?.[1];
        if (name === undefined) throw new Error(`${path} names nothing to be imported on demand`);
        return { contents: text.replace("import(COLD)", `import(${name})`), loader: "ts" };
      },
    );
  },
};

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
