/**
 * wev runs a command with environment variables that are worked out at that moment.
 *
 * ```sh
 * deno run -A jsr:@x/wev aws s3 ls
 * ```
 *
 * @module
 */

import { app } from "./src/cli/app.ts";
import { createRuntime } from "./src/deno/runtime.ts";

if (import.meta.main) Deno.exit(await app(Deno.args, createRuntime()));
