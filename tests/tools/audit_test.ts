import { deepStrictEqual } from "node:assert/strict";
import { auditResult } from "../../tools/audit/result.ts";

Deno.test("auditResult() passes without a vulnerability", () => {
  const text = "No known vulnerabilities found\n";
  deepStrictEqual(auditResult(true, text), { passed: true, text });
});

Deno.test("auditResult() fails with a vulnerability", () => {
  const text = "Found 1 vulnerability\n";
  deepStrictEqual(auditResult(false, text), { passed: false, text });
});

Deno.test("auditResult() passes where the registry can't be asked", () => {
  const text = "The packages were not audited: the registry can't be asked.\n";
  const printed = "error: error sending request for url (https://example.com/): client error";
  deepStrictEqual(auditResult(false, printed), { passed: true, text });
});
