/**
 * Asks the registry for known vulnerabilities of the packages in deno.lock. Where the registry can't be
 * asked, that is said, and is no failure: the gate also runs without a network.
 *
 * @module
 */

import { auditResult } from "./audit/result.ts";
import { root } from "./paths.ts";

if (import.meta.main) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["audit"],
    cwd: root,
  }).output();
  const decoder = new TextDecoder();
  const { passed, text } = auditResult(success, decoder.decode(stdout) + decoder.decode(stderr));
  await Deno.stdout.write(new TextEncoder().encode(text));
  Deno.exit(passed ? 0 : 1);
}
