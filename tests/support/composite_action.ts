/**
 * Runs the action of `action.yml` as GitHub's runner does.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import { load } from "js-yaml";
import { githubVariables } from "./github_env.ts";
import type { RunResult, Sandbox } from "./program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** What the runner fetches that the action needs. */
const FILES = ["action.yml", "deno.json", "install.sh", "tools/action.sh"];

/** Where the releases are: nothing in the environment can say anything else to the action. */
const RELEASES = "https://github.com/x/wev/releases";

/** What of `action.yml` the runner reads. */
interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly runs: {
    readonly using: string;
    readonly steps: readonly {
      readonly shell: string;
      readonly run: string;
      readonly env: Readonly<Record<string, string>>;
    }[];
  };
}

/** A step that uses the action. */
export interface ActionStep {
  /** What stands under `with:`. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The environment of the job. */
  readonly env: Readonly<Record<string, string>>;
  /** Where the releases are, in place of GitHub. */
  readonly releases: string;
  /** The token that the runner has for the job. */
  readonly token: string;
}

/** What a step did. */
export interface StepResult extends RunResult {
  /** What it sets for later steps. */
  readonly variables: Readonly<Record<string, string>>;
  /** The directories it puts on the PATH of later steps. */
  readonly paths: readonly string[];
}

/** Runs the steps of the action in the project of `sandbox`. */
export async function runAction(
  sandbox: Sandbox,
  { inputs, env, releases, token }: ActionStep,
): Promise<StepResult> {
  const actionPath = `${sandbox.root}/action`;
  for (const file of FILES) {
    const text = await Deno.readTextFile(`${root}${file}`);
    sandbox.write(`action/${file}`, text.replace(`:-${RELEASES}}`, `:-${releases}}`));
  }
  const { inputs: known, runs } = load(
    await Deno.readTextFile(`${actionPath}/action.yml`),
  ) as unknown as Action;
  if (runs.using !== "composite") throw new Error(`No composite action: ${runs.using}`);
  const unknown = Object.keys(inputs).find((name) => !(name in known));
  if (unknown !== undefined) throw new Error(`Unexpected input '${unknown}'`);
  const input = (name: string) => inputs[name] ?? known[name]?.default ?? "";
  const evaluate = (text: string) =>
    text.replace(/\$\{\{ inputs\.([\w-]+) \}\}/g, (_, name) => input(name))
      .replace("${{ github.token }}", token);

  const github = {
    GITHUB_ACTIONS: "true",
    GITHUB_ACTION_PATH: actionPath,
    GITHUB_ENV: sandbox.write("github/env", ""),
    GITHUB_PATH: sandbox.write("github/path", ""),
    RUNNER_TEMP: `${sandbox.root}/runner temp`,
  };
  let result: RunResult = { code: 0, stdout: "", stderr: "" };
  for (const { shell, run, env: own } of runs.steps) {
    if (shell !== "bash") throw new Error(`Not known here: shell ${shell}`);
    // https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
    const script = sandbox.write("github/step.sh", evaluate(run));
    const ownVariables = Object.entries(own).map(([name, value]) => [name, evaluate(value)]);
    const { code, stdout, stderr } = await new Deno.Command("setsid", {
      args: ["--wait", "bash", "--noprofile", "--norc", "-eo", "pipefail", script],
      cwd: sandbox.project,
      clearEnv: true,
      env: sandbox.environment({ ...env, ...github, ...Object.fromEntries(ownVariables) }),
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    result = { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    if (code !== 0) break;
  }
  return {
    ...result,
    variables: githubVariables(await Deno.readTextFile(github.GITHUB_ENV)),
    paths: (await Deno.readTextFile(github.GITHUB_PATH)).split("\n").filter((path) => path !== ""),
  };
}
