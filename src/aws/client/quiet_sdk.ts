/**
 * Keeps AWS's SDK from standard error, which is the command's: what it has to say there is meant for
 * those who write programs with it.
 *
 * @module
 */

import process from "node:process";

// wev itself has nothing to say by these ways, so nothing else is lost.
// deno-lint-ignore no-console
console.warn = () => {};
process.emitWarning = () => {};
