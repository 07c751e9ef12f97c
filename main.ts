/**
 * wev runs a command with environment variables that plugins resolve on demand.
 *
 * ```sh
 * deno run -A jsr:@x/wev aws s3 ls
 * ```
 *
 * @module
 */

import { app } from "./src/app.ts";
import { denoRuntime, lastWords } from "./src/deno/runtime.ts";

// Not awaited: Deno keeps the compiled code of modules for the next start once all of them have been
// evaluated, which a module that waits here, and then becomes another program, never is.
if (import.meta.main) {
  app(Deno.args, denoRuntime).catch(lastWords).then(Deno.exit);
  // Deno ends by itself, with 0, where nothing is left to wait for: the command has not run then.
  addEventListener("beforeunload", () => Deno.exit(lastWords(new Error())));
}
