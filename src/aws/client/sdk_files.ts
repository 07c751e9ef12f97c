/**
 * What the AWS SDK sees of the files of profiles. It reads them by rules of its own, which lose or mix up
 * profiles that the AWS CLI reads; so it gets text that says what wev has read, and nothing else.
 *
 * @module
 */

import { join } from "node:path";
import process from "node:process";
import { externalDataInterceptor, getHomeDir } from "@smithy/core/config";
import type { Setting } from "../profiles/ini.ts";
import { wrongValue } from "../endpoints.ts";

/** What the SDK finds in the configuration file, by what it is for. It reads the file whenever it likes. */
const shown = new Map<string, readonly string[]>();

/** A provider of keys is asked. */
export interface HandedOver extends Disposable {
  /** The profile that it is to take. */
  readonly profile: string;
}

/**
 * Lets one of the SDK's providers of keys find, until it is disposed of, a profile with `settings` and the
 * section that it refers to. Its name is nobody else's.
 *
 * @throws {ConfigError} where one of them can't be said in a way that the SDK understands.
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

/** Has the SDK find in the files what is handed over, and nothing else. */
export function hideFiles(): void {
  const text = [...shown.values()].flat().join("\n");
  // Where the SDK looks, as it finds out itself: some of it expands "~/", some does not.
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

/** Returns a value that the SDK's reader finds as it is: it takes what it thinks a comment for one. */
function plain(setting: Setting): string {
  const { value } = setting;
  if (!/(?:^|\s)[;#]|[\r\n]/.test(value) && value.trim() === value) return value;
  throw wrongValue(setting);
}
