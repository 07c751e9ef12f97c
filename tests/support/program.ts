/**
 * The program under test: the binary that `WEV_BIN` names, else wev from source, with the permissions
 * of deno.json and nothing more.
 *
 * @module
 */

import { fileURLToPath } from "node:url";
import "./default_signals.ts";
import { type Failure, splitFailure } from "./failure_line.ts";
import { Pty, quote } from "./pty.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Returns the words that start wev, from source with `permissions`. */
export function wevCommand(permissions: readonly string[] = permissionsOfWev()): string[] {
  const binary = Deno.env.get("WEV_BIN");
  if (binary !== undefined) return [binary];
  const deno = Deno.execPath();
  const config = `${root}deno.json`;
  const options = ["-q", ...permissions, "--no-prompt", "--config", config];
  // Not the variable that says so here: the command would see it.
  if (coverage !== undefined) options.push(`--coverage=${coverage}`);
  return [deno, "run", ...options, `${root}main.ts`];
}

/** Returns the words that start wev, as a shell reads them. */
export function wevWords(): string {
  return wevCommand().map(quote).join(" ");
}

/** The directory to which these tests write coverage, if they do. */
const coverage = Deno.env.get("DENO_COVERAGE_DIR");

/**
 * Returns wev's permissions; where tests measure coverage, with the recorder and the permission it needs:
 * no name of `--allow-sys` stands for the inspector alone.
 */
function permissionsOfWev(): string[] {
  if (coverage === undefined) return ["-P"];
  const recorder = new URL(`record_coverage.ts?${encodeURIComponent(coverage)}`, import.meta.url);
  return ["-P", "--allow-sys", `--preload=${recorder}`];
}

/** What tells wev of a coding agent, and of nothing else. */
export const AGENT = { AI_AGENT: "test" } as const;

/** A home directory and a project below it, for one test. */
export class Sandbox implements Disposable {
  /** The directory of everything. */
  readonly root: string = Deno.realPathSync(Deno.makeTempDirSync({ prefix: "wev-test-" }));
  /** The home directory. */
  readonly home: string = `${this.root}/home`;
  /** The working directory. */
  readonly project: string = `${this.home}/project`;
  /** Where the cache is. */
  readonly cache: string = `${this.home}/.cache/wev`;

  /** Makes the directories. */
  constructor() {
    Deno.mkdirSync(this.project, { recursive: true });
  }

  /** Writes a file below the root, with its directories. */
  write(path: string, content: string | Uint8Array): string {
    const file = path.startsWith("/") ? path : `${this.root}/${path}`;
    Deno.mkdirSync(file.slice(0, file.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") Deno.writeTextFileSync(file, content);
    else Deno.writeFileSync(file, content);
    // wev reads no configuration that others may write, as they may with some umasks.
    if (Deno.build.os !== "windows") Deno.chmodSync(file, 0o644);
    return file;
  }

  /** Returns the environment of a program in here, and what `extra` adds. */
  environment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      PATH: Deno.env.get("PATH") ?? "",
      LANG: "C.UTF-8",
      HOME: this.home,
      // The machine that tests run on may have credentials to give.
      AWS_EC2_METADATA_DISABLED: "true",
      // Where Deno keeps what it has downloaded and compiled; a binary has no use for it. A Deno that has
      // not looked for a newer one for a day would, and tests see who is asked for what.
      ...(Deno.env.has("WEV_BIN") ? {} : { DENO_DIR: denoDirectory(), DENO_NO_UPDATE_CHECK: "1" }),
      ...extra,
    };
  }

  /**
   * Runs wev to its end, without a terminal. It is run as by a coding agent, so every failure has its line
   * for programs, which must be right.
   */
  async run(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    const [program = "", ...words] = [...(options.before ?? []), ...wevCommand(), ...args];
    const child = new Deno.Command(program, {
      args: words,
      cwd: options.cwd ?? this.project,
      clearEnv: true,
      env: this.environment({ ...AGENT, ...options.env }),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const input = child.stdin.getWriter();
    await input.write(new TextEncoder().encode(options.stdin ?? "")).catch(() => {});
    await input.close().catch(() => {});
    const { code, stdout, stderr } = await child.output();
    const decoder = new TextDecoder();
    const { text, failure } = splitFailure(decoder.decode(stderr));
    if (failure === undefined && options.env?.["AI_AGENT"] === undefined) {
      if (/^wev: error: /m.test(text)) {
        throw new Error(`A failure has no line for programs: ${text}`);
      }
    }
    return { code, stdout: decoder.decode(stdout), stderr: text, ...(failure && { failure }) };
  }

  /** Starts wev on a terminal. */
  start(args: readonly string[], options: RunOptions = {}): Pty {
    return this.startCommand([...wevCommand(), ...args], options);
  }

  /** Starts any command on a terminal. */
  startCommand(argv: readonly string[], options: RunOptions = {}): Pty {
    return Pty.start(argv, {
      cwd: options.cwd ?? this.project,
      env: this.environment(options.env),
    });
  }

  /** Starts any command without a terminal, as the process that can be signalled. */
  startWithoutTerminal(argv: readonly string[]): Pty {
    return Pty.startWithoutTerminal(argv, { cwd: this.project, env: this.environment() });
  }

  /** Removes everything. */
  [Symbol.dispose](): void {
    Deno.removeSync(this.root, { recursive: true });
  }
}

/** How wev is run. */
export interface RunOptions {
  /** What to add to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** The working directory, where it is not the project. */
  readonly cwd?: string;
  /** What stands on standard input. */
  readonly stdin?: string;
  /** Words before wev's own: `setsid`, which leaves a program without a terminal. */
  readonly before?: readonly string[];
}

/** How a run ended. */
export interface RunResult {
  /** The exit status. */
  readonly code: number;
  /** Standard output. */
  readonly stdout: string;
  /** Standard error, without the line for programs. */
  readonly stderr: string;
  /** What that line says, if wev failed. */
  readonly failure?: Failure;
}

let directory: string | undefined;

/** Returns where Deno keeps what it has downloaded and compiled. */
export function denoDirectory(): string {
  directory ??= JSON.parse(
    new TextDecoder().decode(
      new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
    ),
  ).denoDir as string;
  return directory;
}
