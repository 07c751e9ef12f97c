/**
 * Measures programs side by side.
 *
 * @module
 */

import { Pty } from "../../tests/support/pty.ts";

/** A program to measure. */
export interface Contender {
  /** What it is called in the table. */
  readonly name: string;
  /** The program and its arguments. */
  readonly argv: readonly string[];
  /** The working directory. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * What to wait for, on a terminal.
   *
   * @default the end of the program, which has no terminal
   */
  readonly until?: string;
}

/** What was measured. */
export interface Measurement {
  /** What it is called in the table. */
  readonly name: string;
  /** The median, in milliseconds. */
  readonly milliseconds: number;
  /** The peak of its memory, in bytes; `undefined` where nothing tells. */
  readonly memory: number | undefined;
}

/** Runs every contender once a round, so that all meet the same weather, and gives their medians. */
export async function measure(
  contenders: readonly Contender[],
  rounds: number,
): Promise<Measurement[]> {
  const times = contenders.map((): number[] => []);
  // The first round fills caches, and does not count.
  for (let round = 0; round <= rounds; round++) {
    for (const [index, contender] of contenders.entries()) {
      const time = await timeOf(contender);
      if (round > 0) times[index]?.push(time);
    }
  }
  return contenders.map((contender, index) => ({
    name: contender.name,
    milliseconds: median(times[index] ?? []),
    memory: memoryOf(contender),
  }));
}

async function timeOf({ name, argv, cwd, env, until }: Contender): Promise<number> {
  const start = performance.now();
  if (until !== undefined) {
    await using terminal = Pty.start(argv, { cwd, env });
    await terminal.waitFor(until);
    return performance.now() - start;
  }
  const { success, stderr } = run(argv, cwd, env);
  const time = performance.now() - start;
  if (!success) throw new Error(`${name} fails: ${new TextDecoder().decode(stderr)}`);
  return time;
}

/** GNU time(1) tells the peak of what a process had, whatever it became. */
function memoryOf({ argv, cwd, env, until }: Contender): number | undefined {
  if (until !== undefined) return undefined;
  try {
    const { stderr } = run(["/usr/bin/time", "-f", "%M", ...argv], cwd, env);
    const kilobytes = /(\d+)\s*$/.exec(new TextDecoder().decode(stderr))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

function run(
  [program = "", ...args]: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Deno.CommandOutput {
  const options = { args, cwd, clearEnv: true, env, stdin: "null", stdout: "null" } as const;
  return new Deno.Command(program, { ...options, stderr: "piped" }).outputSync();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = 0, high = low] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
