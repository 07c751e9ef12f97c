/**
 * The parts of the real runtime that a warm run does not load.
 *
 * @module
 */

export { capture } from "./capture.ts";
export { keepSignals } from "./caught_signals.ts";
export { startDialog } from "./dialog.ts";
export { isStdoutDiscarded } from "./discarded_output.ts";
export { endBy } from "./end_by_signal.ts";
export { execute } from "./execute.ts";
export { createFetch } from "./fetch.ts";
export { localTime } from "./local_time.ts";
export { connectTo, listenAt } from "./local_socket.ts";
export { lockFile } from "./lock.ts";
export { readIsStopped, readParent } from "./proc.ts";
export { hideArguments } from "./process_arguments.ts";
export { sessionOf } from "./session_of.ts";
export { spawn } from "./spawn.ts";
export { suspend } from "./suspend.ts";
export { openTerminal, ownTerminal } from "./terminal.ts";
