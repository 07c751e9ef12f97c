/**
 * Records what a wev has run that Deno does not: Deno writes coverage when a program exits, and a wev that
 * becomes its command, or ends itself by a signal, never does. It is loaded before wev where the tests
 * measure coverage, as `record_coverage.ts?DIRECTORY`.
 *
 * @module
 */

import { type Profiler, Session } from "node:inspector";
import process from "node:process";

/** The functions of libc after which this process may be no more. */
const LAST = ["execvp", "kill"];

const root = new URL("../../", import.meta.url).href;
const directory = decodeURIComponent(new URL(import.meta.url).search.slice(1));

const session = new Session();
session.connect();
session.post("Profiler.enable");
session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });

function record(): void {
  for (const script of takeCoverage()) {
    const isOfWev = script.url.startsWith(`${root}src/`) || script.url === `${root}main.ts`;
    if (isOfWev) write(`${directory}/${crypto.randomUUID()}.json`, JSON.stringify(script));
  }
}

function write(path: string, text: string): void {
  try {
    Deno.mkdirSync(directory, { recursive: true });
    Deno.writeTextFileSync(path, text);
  } catch {
    // Some tests let wev write nothing. Half a file would be an error to those who read it.
    try {
      Deno.removeSync(path);
    } catch {
      // There is none.
    }
  }
}

/** Returns the coverage since it was taken last. The answer is there at once, but handed over later. */
function takeCoverage(): Profiler.ScriptCoverage[] {
  const { nextTick } = process;
  let handOver = () => {};
  process.nextTick = (deliver: () => void) => void (handOver = deliver);
  let scripts: Profiler.ScriptCoverage[] = [];
  session.post("Profiler.takePreciseCoverage", (_error, { result }) => void (scripts = result));
  process.nextTick = nextTick;
  handOver();
  return scripts;
}

const { dlopen } = Deno;
Deno.dlopen = ((...parameters: Parameters<typeof dlopen>) => {
  const { symbols } = dlopen(...parameters);
  const entries = Object.entries(symbols).map(([name, call]) => [
    name,
    LAST.includes(name) ? recordingBefore(call as Call) : call,
  ]);
  return { symbols: Object.fromEntries(entries) };
}) as typeof dlopen;

type Call = (...parameters: unknown[]) => unknown;

function recordingBefore(call: Call): Call {
  return (...parameters) => {
    record();
    return call(...parameters);
  };
}
