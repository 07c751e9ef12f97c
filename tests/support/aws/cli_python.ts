/**
 * The Python that the AWS CLI of this machine runs on, to ask it how it reads hundreds of files at once.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

/** What both files say, as the AWS CLI reads them; `null` where it refuses them. */
export type CliConfig =
  | {
    readonly [kind in "profiles" | "sso_sessions" | "services"]: Readonly<
      Record<string, Readonly<Record<string, string | Readonly<Record<string, string>>>>>
    >;
  }
  | null;

/** The bytes of both files. */
export interface CliFiles {
  /** `~/.aws/config`. */
  readonly config: Uint8Array;
  /** `~/.aws/credentials`. */
  readonly credentials: Uint8Array;
}

const SCRIPT = fileURLToPath(new URL("./cli_config.py", import.meta.url));

function output(program: string, args: readonly string[]): string | undefined {
  try {
    const { success, stdout } = new Deno.Command(program, { args: [...args], stderr: "null" })
      .outputSync();
    return success ? new TextDecoder().decode(stdout).trim() : undefined;
  } catch {
    return undefined;
  }
}

/** Returns the program in the first line of the script `path`, if it is one. */
function interpreterOf(path: string | undefined): string | undefined {
  if (!path) return undefined;
  const start = new TextDecoder().decode(Deno.readFileSync(path).subarray(0, 500));
  return /^#!\s*(\S*python\S*)/.exec(start)?.[1];
}

/** Returns the Python that has the AWS CLI's modules; `undefined` where there is none. */
export function findCliPython(): string | undefined {
  const aws = output("sh", ["-c", "command -v aws"]);
  if (!aws) return undefined;
  const candidates = [
    interpreterOf(aws),
    interpreterOf(output("pyenv", ["which", "aws"])),
    "python3",
  ];
  const check =
    "try:\n import botocore.session\nexcept ImportError:\n import awscli.botocore.session";
  return candidates.find((python) =>
    python !== undefined && output(python, ["-c", check]) !== undefined
  );
}

/** What the AWS CLI is asked. */
export interface CliQuestions {
  /** Files of profiles. */
  readonly files?: readonly CliFiles[];
  /** Command lines. */
  readonly words?: readonly string[];
  /** Paths. */
  readonly paths?: readonly string[];
}

/** What it makes of them, in the same order. */
export interface CliAnswers {
  /** What the files say. */
  readonly files: readonly CliConfig[];
  /** The words of the command lines, on Unix and on Windows; `null` where it refuses one. */
  readonly words: readonly (readonly [string[] | null, string[] | null])[];
  /** The paths, expanded. */
  readonly paths: readonly string[];
}

/** Returns what the AWS CLI makes of `questions`, in an environment that has `env` and little else. */
export async function askCli(
  python: string,
  { files = [], words = [], paths = [] }: CliQuestions,
  env: Readonly<Record<string, string>> = {},
): Promise<CliAnswers> {
  const child = new Deno.Command(python, {
    args: [SCRIPT],
    clearEnv: true,
    // UTF-8, as in every locale that people have today.
    env: { PATH: Deno.env.get("PATH") ?? "", PYTHONUTF8: "1", ...env },
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const questions = {
    words,
    paths,
    files: files.map(({ config, credentials }) => ({
      config: config.toBase64(),
      credentials: credentials.toBase64(),
    })),
  };
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(questions)));
  await writer.close();
  const { success, stdout } = await child.output();
  if (!success) throw new Error("The AWS CLI's Python failed");
  return JSON.parse(new TextDecoder().decode(stdout));
}
