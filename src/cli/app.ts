/**
 * wev's command line: from arguments to an exit status. This is the way of every run, so it loads
 * nothing that a run with everything cached does not need.
 *
 * @module
 */

import { ExitStatus } from "../errors.ts";
import { recallPlan } from "../plan/memo.ts";
import { resolveAll } from "../resolve/resolver.ts";
import { become } from "../run/become.ts";
import type { Runtime } from "../runtime.ts";
import { type Arguments, parseArguments } from "./arguments.ts";
import { loadCold } from "./load_cold.ts";
import { createSession, createSessionLogger } from "./session.ts";

/** Does what `args` ask for, and returns the exit status. No failure is thrown. */
export async function app(args: readonly string[], runtime: Runtime): Promise<number> {
  let options: Arguments | undefined;
  try {
    options = parseArguments(args);
    if (options.action === "run") return await run(options, runtime);
    return await (await loadCold()).show(options, runtime);
  } catch (error) {
    const logger = createSessionLogger(runtime, options?.logLevel ?? "info");
    const status = (await loadCold()).reportFailure(error, logger);
    // 125 to 127 speak of a command: where none was to run, a failure is 1.
    const commandless = options !== undefined && options.action !== "run";
    return commandless && status === ExitStatus.cannotPrepare ? ExitStatus.failure : status;
  }
}

async function run(options: Arguments, runtime: Runtime): Promise<number> {
  const session = createSession(options, runtime);
  const plan = recallPlan(runtime.files, session.place) ??
    await (await loadCold()).planFromFiles(session);
  const environment = await resolveAll(plan, {
    environment: runtime.environment,
    clock: runtime.clock,
    store: session.store,
    freshness: session.freshness,
    resolveMissing: async (missing) => (await loadCold()).resolveMissing(missing, session),
  });
  const { command } = options;
  become({ path: command[0]!, argv: command, environment }, runtime);
  return await (await loadCold()).runCommand(command, environment, runtime);
}
