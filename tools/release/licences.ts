/**
 * The packages of deno.lock, with their licences.
 *
 * @module
 */

/** A package. */
export interface Dependency {
  /** Its name. */
  readonly name: string;
  /** Its version. */
  readonly version: string;
  /** Its licence, by its SPDX identifier. */
  readonly licence: string;
  /** The text of the licence, if the package has it. */
  readonly text: string | undefined;
  /** Whether it is a part of the executable. */
  readonly isShipped: boolean;
}

/** What is read of a package. */
export interface DependencySource {
  /** Where packages are as files: the directory with `node_modules`. */
  readonly packages: string;
  /** The text of deno.lock. */
  readonly lock: string;
  /** The paths of all modules in the executable. */
  readonly modules: readonly string[];
}

/**
 * Returns every package of deno.lock but those for other systems, in the order of their names.
 *
 * @throws {Error} where a package in the executable is not there or names no licence.
 */
export async function dependencies(source: DependencySource): Promise<readonly Dependency[]> {
  const { npm } = JSON.parse(source.lock) as { npm: Record<string, unknown> };
  const found: Dependency[] = [];
  for (const key of Object.keys(npm)) {
    // After an underscore stand the peers it is resolved with.
    const [, name = "", version = ""] = /^(@?[^@]+)@([^_]+)/.exec(key) ?? [];
    const folder = `.deno/${name.replace("/", "+")}@${version}/node_modules/${name}`;
    const isShipped = source.modules.some((path) => path.includes(`/${folder}/`));
    const directory = `${source.packages}/node_modules/${folder}`;
    const manifest = await readIfThere(`${directory}/package.json`);
    if (manifest === undefined) {
      if (isShipped) throw new Error(`There is no ${directory}`);
      continue;
    }
    const { license } = JSON.parse(manifest) as { license?: string };
    if (license === undefined) throw new Error(`${name} names no licence`);
    found.push({ name, version, licence: license, text: await licenceText(directory), isShipped });
  }
  return found.sort((one, other) => one.name < other.name ? -1 : 1);
}

/** Returns the text of the list: what is in the executable, what made it, and the licences' texts. */
export function formatDependencies(all: readonly Dependency[], denoVersion: string): string {
  const shipped = all.filter(({ isShipped }) => isShipped);
  const others = all.filter(({ isShipped }) => !isShipped);
  const row = ({ name, version, licence }: Dependency) => `${name} ${version}: ${licence}\n`;
  const texts = shipped.map(({ name, version, text }) =>
    `${"-".repeat(80)}\n${name} ${version}\n\n${text ?? "The package has no file for it."}\n`
  );
  return `In the executable
=================

Deno ${denoVersion}: MIT, with V8 and others: https://github.com/denoland/deno
${shipped.map(row).join("")}
Only to make and test it
========================

${others.map(row).join("")}
Licences of what is in the executable
=====================================

${texts.join("\n")}`;
}

async function licenceText(directory: string): Promise<string | undefined> {
  for (const name of ["LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "license"]) {
    const text = await readIfThere(`${directory}/${name}`);
    if (text !== undefined) return text.trim();
  }
  return undefined;
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
