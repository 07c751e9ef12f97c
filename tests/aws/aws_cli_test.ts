import assert from "node:assert/strict";
import { decodeShared } from "../../src/aws/decode.ts";
import type { Section } from "../../src/aws/ini.ts";
import { parseSharedConfig, type Sections } from "../../src/aws/shared_config.ts";
import { ConfigError } from "../../src/errors.ts";
import {
  type CliConfig,
  type CliFiles,
  findCliPython,
  readAsCli,
} from "../support/aws/cli_python.ts";
import { isAwsCliInstalled, runAwsCli } from "../support/aws/aws_cli.ts";
import { generateFiles } from "./generated_files.ts";

const python = findCliPython();

function plainSection({ settings }: Section): [string, string | Record<string, string>][] {
  return [...settings].map(([name, { value, settings }]) => [
    name,
    settings === undefined
      ? value
      : Object.fromEntries([...settings].map(([name, { value }]) => [name, value])),
  ]);
}

function plainSections(sections: Sections) {
  return Object.fromEntries(
    [...sections].map(([name, section]) => [name, Object.fromEntries(plainSection(section))]),
  );
}

/** Returns what wev reads, in the CLI's form. */
function readAsWev(files: CliFiles): CliConfig {
  const file = (name: keyof CliFiles) => ({ file: name, text: decodeShared(files[name], name) });
  try {
    const { profiles, ssoSessions, services } = parseSharedConfig(
      file("config"),
      file("credentials"),
    );
    return {
      profiles: plainSections(profiles),
      sso_sessions: plainSections(ssoSessions),
      services: plainSections(services),
    };
  } catch (error) {
    if (error instanceof ConfigError) return null;
    throw error;
  }
}

function show({ config, credentials }: CliFiles): string {
  return [config, credentials].map((bytes) => JSON.stringify(new TextDecoder().decode(bytes)))
    .join("\n");
}

Deno.test({
  name: "wev reads generated files of profiles as the AWS CLI does",
  // There is nobody to compare with without an AWS CLI whose Python can be called.
  ignore: python === undefined,
  async fn() {
    const cases = generateFiles(1500, 20_240_229);
    const expected = await readAsCli(python!, cases);
    for (const [index, files] of cases.entries()) {
      assert.deepEqual(readAsWev(files), expected[index], `case ${index}:\n${show(files)}`);
    }
    // The test would prove nothing if one or the other never came.
    const refused = expected.filter((config) => config === null).length;
    assert.ok(refused > 200 && refused < 1100, `${refused} of 1500 are refused`);
  },
});
