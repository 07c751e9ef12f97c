/**
 * Loads what a run with everything cached does not need.
 *
 * @module
 */

/**
 * Not a literal in the `import()` below: Deno reads every module that a literal names, and all that
 * those import, at the start of every run, used or not. It costs a third of the start.
 */
const COLD = ["./cold.ts"].join();

/** Loads the rest of wev: YAML, plugins, AWS, questions, help. */
export function loadCold(): Promise<typeof import("./cold.ts")> {
  return import(COLD);
}
