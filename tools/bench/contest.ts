/**
 * What is measured beside what.
 *
 * @module
 */

import { makeExecutable } from "../executable.ts";
import { executable, root } from "../paths.ts";
import type { Contender } from "./measure.ts";
import type { Scene } from "./scene.ts";

/** Programs that are measured in one go; the first is what the others are compared with. */
export interface Contest {
  /** What it is about. */
  readonly title: string;
  /** The programs. */
  readonly contenders: readonly Contender[];
}

/** The programs in one form: from source, or compiled. */
interface Form {
  readonly name: string;
  readonly empty: readonly string[];
  readonly stsClient: readonly string[];
  readonly wev: readonly string[];
}

/** Returns all contests that this computer can hold. */
export async function contests(scene: Scene): Promise<Contest[]> {
  const forms = [fromSource()];
  if (exists(executable)) forms.push(await compiled(scene));
  const { environment: env } = scene;
  return [
    ...forms.flatMap(({ name, empty, stsClient, wev }) => [
      {
        title: `Warm, ${name}`,
        contenders: [
          { name: "an empty program", argv: empty, cwd: scene.plain, env },
          { name: "wev true, session cached", argv: [...wev, "true"], cwd: scene.signedIn, env },
          {
            name: "wev true, session sealed",
            argv: [...wev, "true"],
            cwd: scene.signedIn,
            env: scene.sealedEnvironment,
          },
          {
            name: "wev true, 50 variables, 10 files",
            argv: [...wev, "true"],
            cwd: scene.many,
            env,
          },
        ],
      },
      {
        title: `To the question, ${name}`,
        contenders: [
          { name: "wev true, session cached", argv: [...wev, "true"], cwd: scene.signedIn, env },
          { name: "only the STS client", argv: stsClient, cwd: scene.plain, env, until: "Token:" },
          {
            name: "wev true, to the question",
            argv: [...wev, "true"],
            cwd: scene.asking,
            env,
            until: "Token:",
          },
        ],
      },
    ]),
    { title: "Others", contenders: [...emptyProgram(forms, scene), ...others(scene)] },
  ];
}

function fromSource(): Form {
  const run = [Deno.execPath(), "run", "-q", "-P", "--no-prompt", "--config", `${root}deno.json`];
  const program = (path: string) => [...run, `${root}${path}`];
  return {
    name: "from source",
    empty: program("tools/bench/empty.ts"),
    stsClient: program("tools/bench/sts_client.ts"),
    wev: program("main.ts"),
  };
}

/** Compiles the programs that wev is compared with, by the same Deno, which `COMPILE_DENO` names. */
async function compiled(scene: Scene): Promise<Form> {
  const deno = Deno.env.get("COMPILE_DENO") ?? Deno.execPath();
  const program = async (name: string) => {
    const output = scene.pathOf(name);
    const workDirectory = `${output}-parts`;
    await Deno.mkdir(workDirectory);
    await makeExecutable({ entry: `${root}tools/bench/${name}.ts`, workDirectory, output, deno });
    return [output];
  };
  return {
    name: "compiled",
    empty: await program("empty"),
    stsClient: await program("sts_client"),
    wev: [executable],
  };
}

function emptyProgram(forms: readonly Form[], { plain, environment }: Scene): Contender[] {
  return forms.slice(-1).map(({ name, empty }) => ({
    name: `an empty program, ${name}`,
    argv: empty,
    cwd: plain,
    env: environment,
  }));
}

/** Programs that do a similar job or are often run behind wev, as far as they are installed. */
function others({ plain, environment }: Scene): Contender[] {
  const contender = (...argv: string[]) => ({
    name: argv.join(" "),
    argv,
    cwd: plain,
    env: environment,
  });
  const runs = (...argv: string[]) => succeeds(argv, plain, environment);
  return [
    ...runs("direnv", "allow", ".") ? [contender("direnv", "exec", ".", "true")] : [],
    ...runs("mise", "--version") ? [contender("mise", "exec", "--", "true")] : [],
    ...runs("aws", "--version") ? [contender("aws", "--version")] : [],
    ...runs("python3", "--version") ? [contender("python3", "-c", "1")] : [],
  ];
}

function succeeds([program = "", ...args]: string[], cwd: string, env: Record<string, string>) {
  try {
    const options = { args, cwd, clearEnv: true, env } as const;
    return new Deno.Command(program, options).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
