/**
 * What the AWS SDK sees of the files of profiles. It reads them by rules of its own, which lose or mix up
 * profiles that the AWS CLI reads; so it gets text that says what wev has read, and nothing else.
 *
 * @module
 */

import { join } from "node:path";
import process from "node:process";
import { externalDataInterceptor, getHomeDir } from "@smithy/core/config";
import type { Section, Setting } from "../../aws/ini.ts";
import { settingOf, type SharedConfig } from "../../aws/shared_config.ts";
import { ConfigError } from "../../errors.ts";

/** Settings that say where the SDK's clients send requests. */
const ADDRESSES = [
  "endpoint_url",
  "ec2_metadata_service_endpoint",
  "ec2_metadata_service_endpoint_mode",
];
const SWITCHES = [
  "ignore_configured_endpoint_urls",
  "use_dualstack_endpoint",
  "use_fips_endpoint",
];

/** What the SDK finds in the configuration file, by what it is for. It reads the file whenever it likes. */
const shown = new Map<string, readonly string[]>();

/** A provider of keys is asked. */
export interface HandedOver extends Disposable {
  /** The profile that it is to take. */
  readonly profile: string;
}

/**
 * Lets clients that are made with the profile `name` find those of its settings that say where requests
 * go, instead of the files. `needsEndpoint` is false where the environment says it.
 *
 * @throws {ConfigError} where one of them can't be said in a way that the SDK understands.
 */
export function showClientSettings(
  name: string,
  { profiles, services }: SharedConfig,
  { needsEndpoint }: { readonly needsEndpoint: boolean },
): void {
  const profile = profiles.get(name);
  const lines: string[] = [];
  for (const key of ADDRESSES) {
    const setting = settingOf(profile, key);
    if (setting?.value) lines.push(`${key} = ${plain(setting)}`);
  }
  for (const key of SWITCHES) {
    const setting = settingOf(profile, key);
    // The AWS CLI takes everything else for "false"; the SDK refuses it.
    if (setting?.value) lines.push(`${key} = ${setting.value.toLowerCase() === "true"}`);
  }
  const reference = settingOf(profile, "services");
  const section = services.get(reference?.value ?? "");
  if (reference !== undefined && section === undefined && needsEndpoint) {
    throw new ConfigError(
      reference.valueLocation,
      `The profile "${name}" has services "${reference.value}", but there is no section ` +
        `[services ${reference.value}]`,
      {
        suggest: { word: reference.value, known: [...services.keys()] },
        hint: "Check the name, or remove the setting.",
      },
    );
  }
  const endpoints = section === undefined ? [] : endpointsOf(section);
  if (reference !== undefined && endpoints.length > 0) {
    const value = plain(reference);
    lines.push(`services = ${value}`, `[services.${value}]`, ...endpoints);
  }
  // A name with what the SDK takes for a comment would let it find them in the profile above.
  if (profile !== undefined && lines.length > 0) plain({ ...profileName(profile), value: name });
  show(`clients of ${name}`, lines.length === 0 ? [] : [`[profile.${name}]`, ...lines]);
}

/** A profile's name, as far as it can be complained of. */
function profileName({ location }: Section): Omit<Setting, "value"> {
  return { name: "the name of the profile", location, valueLocation: location };
}

function endpointsOf({ settings }: Section): string[] {
  return [...settings.values()].flatMap(({ name, settings }) => {
    const endpoint = settings?.get("endpoint_url");
    return endpoint?.value ? [`${name} =`, `  endpoint_url = ${plain(endpoint)}`] : [];
  });
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

function show(purpose: string, lines: readonly string[]): void {
  if (lines.length === 0) shown.delete(purpose);
  else shown.set(purpose, lines);
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
function plain({ name, value, valueLocation }: Setting): string {
  if (!/(?:^|\s)[;#]|[\r\n]/.test(value) && value.trim() === value) return value;
  throw new ConfigError(valueLocation, `${name} has a value that can't be right`, {
    hint:
      "If part of it is a comment, write that on a line of its own: behind a value there are none.",
  });
}
