/**
 * Shows measurements.
 *
 * @module
 */

import type { Measurement } from "./measure.ts";

/** Returns a table of `measurements`, each beside the first one, which they are compared with. */
export function tableOf(title: string, measurements: readonly Measurement[]): string {
  const [baseline] = measurements;
  const rows = measurements.map(({ name, milliseconds, memory }) => [
    name,
    `${milliseconds.toFixed(1)} ms`,
    (milliseconds / (baseline?.milliseconds ?? milliseconds)).toFixed(2),
    memory === undefined ? "" : `${(memory / 1e6).toFixed(0)} MB`,
  ]);
  const table = [[title, "median", "ratio", "peak memory"], ...rows];
  const width = Math.max(...table.map(([name = ""]) => name.length));
  const line = ([name = "", ...cells]: readonly string[]) =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join("").trimEnd();
  return `${table.map(line).join("\n")}\n`;
}
