import assert from "node:assert/strict";
import { decodeShared } from "../../../src/aws/profiles/shared_files.ts";
import type { Section } from "../../../src/aws/profiles/ini.ts";
import { parseSharedConfig, type Sections } from "../../../src/aws/profiles/shared_config.ts";
import { shellWords, windowsWords } from "../../../src/aws/profiles/shell_words.ts";
import { ConfigError } from "../../../src/errors.ts";
import { expandPath } from "../../../src/engine/expand_path.ts";
import {
  askCli,
  type CliConfig,
  type CliFiles,
  findCliPython,
} from "../../support/aws/cli_python.ts";
import { generateFiles, generateTexts } from "./generated_files.ts";

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

const SKIPPED = "where there is an AWS CLI whose Python can be called";

Deno.test({
  name: `wev reads generated files of profiles as the AWS CLI does, ${SKIPPED}`,
  ignore: python === undefined,
  async fn() {
    const cases = generateFiles(1500, 20_240_229);
    const { files: expected } = await askCli(python!, { files: cases });
    for (const [index, files] of cases.entries()) {
      assert.deepEqual(readAsWev(files), expected[index], `case ${index}:\n${show(files)}`);
    }
    // The test would prove nothing if one or the other never came.
    const refused = expected.filter((config) => config === null).length;
    assert.ok(refused > 200 && refused < 1100, `${refused} of 1500 are refused`);
  },
});

Deno.test({
  name: `wev splits generated command lines as the AWS CLI does, ${SKIPPED}`,
  ignore: python === undefined,
  async fn() {
    const characters = ["a", "é", "\\", "\\", '"', "'", " ", "\t", "\n", "#", ";", "$X", "&"];
    const lines = generateTexts(characters, 3000, 7);
    const { words } = await askCli(python!, { words: lines });
    const actual = lines.map((line) => [shellWords(line) ?? null, windowsWords(line) ?? null]);
    for (const [index, line] of lines.entries()) {
      assert.deepEqual(actual[index], words[index], JSON.stringify(line));
    }
  },
});

Deno.test({
  name: `wev expands generated paths as the AWS CLI does, ${SKIPPED}`,
  ignore: python === undefined || Deno.build.os === "windows",
  async fn() {
    const variables: Record<string, string> = { HOME: "/home/ann", X: "x/$Y", Y: "", HOME2: "~" };
    const characters = [
      ..."~/$${}aXY",
      "~root",
      "~nobody-here",
      "$HOME",
      "${HOME}",
      "$X",
      "${Y}",
      "$NONE",
      "${HOME2}",
      "é",
    ];
    const texts = generateTexts(characters, 3000, 11);
    const { paths } = await askCli(python!, { paths: texts }, variables);
    const options = {
      environment: { get: (name: string) => variables[name] },
      home: variables.HOME,
      files: { read: (path: string) => Deno.readFileSync(path) },
      system: "linux",
    } as const;
    for (const [index, text] of texts.entries()) {
      assert.equal(expandPath(text, options), paths[index], text);
    }
  },
});
