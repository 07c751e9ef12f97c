/**
 * Keeps the AWS SDK from files and from standard error.
 *
 * It reads the files of profiles by rules of its own, which lose or mix up profiles that the AWS CLI reads;
 * so it gets text with the settings that wev has read, and nothing else. Standard error is the command's;
 * the SDK's warnings are for those who write programs with it.
 *
 * @module
 */

import { join } from "node:path";
import process from "node:process";
import { externalDataInterceptor, getHomeDir } from "@smithy/core/config";
import { invalidValue } from "../endpoints.ts";
import type { Setting } from "../profiles/ini.ts";

// wev itself writes nothing this way, so nothing else is lost.
// deno-lint-ignore no-console
console.warn = () => {};
process.emitWarning = () => {};

/** The lines that the SDK finds in the configuration file, by profile. It may read the file at any time. */
const shown = new Map<string, readonly string[]>();

/** A profile that the SDK finds until this is disposed of. */
export interface HandedOver extends Disposable {
  /** Its name. */
  readonly profile: string;
}

/**
 * Lets the SDK's providers of credentials find a profile with `settings` and the section that it refers
 * to, until the result is disposed of. Its name is unique.
 *
 * @throws {ConfigError} if the SDK would misread one of the settings.
 */
export function handOver(
  settings: readonly (Setting | undefined)[],
  section?: { readonly header: string; readonly settings: readonly (Setting | undefined)[] },
): HandedOver {
  const write = (all: readonly (Setting | undefined)[]) =>
    all.flatMap((setting) => setting?.value ? [`${setting.name} = ${plain(setting)}`] : []);
  const profile = `wev-${crypto.randomUUID()}`;
  show(profile, [
    `[profile.${profile}]`,
    ...write(settings),
    ...(section === undefined ? [] : [`[${section.header}]`, ...write(section.settings)]),
  ]);
  return { profile, [Symbol.dispose]: () => show(profile, []) };
}

function show(profile: string, lines: readonly string[]): void {
  if (lines.length === 0) shown.delete(profile);
  else shown.set(profile, lines);
  hideFiles();
}

/** Hides the files from the SDK: it finds only what is handed over. */
export function hideFiles(): void {
  const text = [...shown.values()].flat().join("\n");
  // The paths by the SDK's rules: some of its code expands "~/", some does not.
  for (
    const [variable, file, content] of [
      ["AWS_CONFIG_FILE", "config", text],
      ["AWS_SHARED_CREDENTIALS_FILE", "credentials", ""],
    ] as const
  ) {
    const named = process.env[variable] || join(getHomeDir(), ".aws", file);
    externalDataInterceptor.interceptFile(named, content);
    if (!named.startsWith("~/")) continue;
    externalDataInterceptor.interceptFile(join(getHomeDir(), named.slice(2)), content);
  }
}

/** Returns a value that the SDK reads unchanged: it takes parts of some values for comments. */
function plain(setting: Setting): string {
  const { value } = setting;
  if (!/(?:^|\s)[;#]|[\r\n]/.test(value) && value.trim() === value) return value;
  throw invalidValue(setting);
}
