import { strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Totp } from "./totp.ts";

Deno.test("main.ts prints what a client needs, and serves", async () => {
  const main = fileURLToPath(new URL("main.ts", import.meta.url));
  await using process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", main],
    stdout: "piped",
  }).spawn();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.endsWith("}\n")) text += (await reader.read()).value ?? "";
  const told = JSON.parse(text);
  const response = await fetch(told.endpoint);
  await response.body?.cancel();
  strictEqual(response.status, 403);
  strictEqual(told.serialNumber, "arn:aws:iam::123456789012:mfa/demo");
  strictEqual(new Totp(told.totpSecret).codeAt(0).length, 6);
  process.kill("SIGKILL");
  await reader.cancel();
});
