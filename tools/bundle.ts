/**
 * Bundles a program with esbuild: a module for what every run needs, and one for each part that is
 * loaded on demand.
 *
 * @module
 */

import * as esbuild from "esbuild";
import manifest from "../deno.json" with { type: "json" };
import { commit } from "./commit.ts";
import { deno } from "./deno.ts";
import { packagesDirectory, root } from "./paths.ts";

/**
 * Writes the program that begins at `entry` to `directory`, and returns its path.
 *
 * @throws {Error} where a CommonJS module is in it.
 */
export async function bundle(entry: string, directory: string): Promise<string> {
  await removeIfThere(directory);
  rejectCommonJs(await build(entry, { outdir: directory }));
  return `${directory}/main.js`;
}

/** Returns the paths of all modules of the program that begins at `entry`. */
export async function bundledModules(entry: string): Promise<readonly string[]> {
  const { inputs } = await build(entry, { outdir: "none", write: false });
  return Object.keys(inputs).map((path) => path.replaceAll("\\", "/"));
}

async function build(entry: string, output: esbuild.BuildOptions): Promise<esbuild.Metafile> {
  await installPackages();
  const { metafile } = await esbuild.build({
    absWorkingDir: root,
    entryPoints: { main: entry },
    plugins: [literalImports],
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
    define: { WEV_COMMIT: JSON.stringify(await commit() ?? "unknown") },
    metafile: true,
    logLevel: "warning",
    ...output,
  }).finally(() => esbuild.stop());
  return metafile!;
}

/**
 * Shows esbuild what is imported as `import(["./x.ts"].join())`. From source that name is hidden from Deno, which
 * would read the module and all that it imports before they are needed; in an executable, where it is
 * a part of its own, that costs nothing.
 */
const literalImports: esbuild.Plugin = {
  name: "literal-imports",
  setup(build) {
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, async ({ path }) => {
      const text = await Deno.readTextFile(path);
      const contents = text.replaceAll(
        /\bimport\(\s*\[("[^"]+")\]\.join\(\),?\s*\)/g,
        "import($1)",
      );
      if (/\bimport\((?![")])/.test(contents)) throw new Error(`${path} hides what it imports`);
      return { contents, loader: "ts" };
    });
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
