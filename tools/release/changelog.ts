/**
 * The changelog's sections, as Keep a Changelog has them.
 *
 * @module
 */

/**
 * Returns what `changelog` says of `version`, without its heading, or `undefined` where it has no such
 * section. What is not released yet stands under `Unreleased`.
 */
export function changelogSection(changelog: string, version: string): string | undefined {
  const sections = changelog.split(/^## /m).slice(1);
  const section = sections.find((section) => {
    const [, name] = /^\[?([^\]\s]+)\]?/.exec(section) ?? [];
    return name === version;
  });
  return section?.slice(section.indexOf("\n")).trim().concat("\n");
}
