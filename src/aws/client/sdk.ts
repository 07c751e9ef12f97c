/**
 * Keeps the AWS SDK from files and from standard error.
 *
 * The SDK parses the files of profiles by rules of its own, which lose or mix up profiles that the AWS CLI
 * reads. So it gets text with the settings that wev has read, and nothing else. Standard error belongs to the
 * command, and the SDK's warnings address programmers.
 *
 * @module
 */

import { join } from "node:path";
import process from "node:process";
import { externalDataInterceptor, getHomeDir } from "@smithy/core/config";
import { invalidValue } from "../endpoints.ts";
import type { Setting } from "../profiles/ini.ts";

// wev itself uses neither.
// deno-lint-ignore no-console
console.warn = () => {};
process.emitWarning = () => {};

/** The lines that the SDK finds in the configuration file, by profile. The SDK may read it at any time. */
const exposed = new Map<string, readonly string[]>();

/** A profile that the SDK finds until this is disposed of. */
export interface ExposedProfile extends Disposable {
  /** Its name. */
  readonly profile: string;
}

/**
 * Lets the SDK's providers of credentials find a profile with `settings` and the section that it refers
 * to, until the result is disposed of. Its name is unique.
 *
 * @throws {ConfigError} if the SDK would misread one of the settings.
 */
export function exposeProfile(
  settings: readonly (Setting | undefined)[],
  section?: { readonly header: string; readonly settings: readonly (Setting | undefined)[] },
): ExposedProfile {
  const write = (all: readonly (Setting | undefined)[]) =>
    all.flatMap((setting) => setting?.value ? [`${setting.name} = ${plain(setting)}`] : []);
  const profile = `wev-${crypto.randomUUID()}`;
  expose(profile, [
    `[profile.${profile}]`,
    ...write(settings),
    ...(section === undefined ? [] : [`[${section.header}]`, ...write(section.settings)]),
  ]);
  return { profile, [Symbol.dispose]: () => expose(profile, []) };
}

function expose(profile: string, lines: readonly string[]): void {
  if (lines.length === 0) exposed.delete(profile);
  else exposed.set(profile, lines);
  hideFiles();
}

/** Hides the files from the SDK: it finds only the exposed profiles. */
export function hideFiles(): void {
  const text = [...exposed.values()].flat().join("\n");
  // By the SDK's rules for paths: only a part of its code expands "~/".
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

/** Returns the value if the SDK reads it unchanged: it takes parts of some values for comments. */
function plain(setting: Setting): string {
  const { value } = setting;
  if (!/(?:^|\s)[;#]|[\r\n]/.test(value) && value.trim() === value) return value;
  throw invalidValue(setting);
}
