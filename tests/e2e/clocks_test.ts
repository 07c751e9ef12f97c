/** Clocks that jump, by faketime(1): it lies to the program, and the local AWS knows the true time. */

import assert from "node:assert/strict";
import { entryIn, readEntry } from "../support/entry_file.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";

const ignore = !hasFaketime();

function hasFaketime(): boolean {
  try {
    const { stdout } = new Deno.Command("faketime", {
      args: ["-f", "+10d", Deno.execPath(), "eval", "console.log(Date.now())"],
    }).outputSync();
    return Number(new TextDecoder().decode(stdout)) > Date.now() + 800_000_000;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Returns the exit status of a run without a terminal whose clock is that much off. */
async function codeAt(mfa: MfaSandbox, offset: string): Promise<number> {
  const { code, stderr } = await mfa.run(["true"], {
    before: ["setsid", "--wait", "faketime", "-f", offset],
  });
  if (code !== 0) assert.match(stderr, /there is no terminal/);
  return code;
}

Deno.test({
  name: "wev asks when its clock says that the session is over, or not yet made (faketime)",
  ignore,
  async fn() {
    await using mfa = new MfaSandbox({ options: { duration: "3600" } });
    await mfa.login();
    const offsets = ["+0", "+50m", "+56m", "+61m", "+40d", "-4m", "-6m", "-2h", "-40d"];
    const codes: Record<string, number> = {};
    for (const offset of offsets) codes[offset] = await codeAt(mfa, offset);
    assert.deepEqual(codes, {
      "+0": 0,
      "+50m": 0,
      "+56m": 125,
      "+61m": 125,
      "+40d": 125,
      "-4m": 0,
      "-6m": 125,
      "-2h": 125,
      "-40d": 125,
    });
    // Nobody answered then: once the clock is right again, the session is as good as it was.
    assert.equal(await codeAt(mfa, "+0"), 0);
  },
});

for (const offset of ["+3h", "-3h"]) {
  Deno.test({
    name: `wev uses a session that it made while its clock was ${offset} off (faketime)`,
    ignore,
    async fn() {
      await using mfa = new MfaSandbox({ options: { duration: "3600" } });
      await using pty = mfa.sandbox.startCommand(
        ["faketime", "-f", offset, ...wevCommand(), ...COMMAND],
        { env: mfa.environment() },
      );
      assert.equal(await mfa.answer(pty), 0, pty.shown);
      // By that clock it lives for an hour, since AWS gave it an hour.
      assert.equal(await codeAt(mfa, offset), 0);
      const { resolvedAt, resolution } = readEntry(entryIn(mfa.sandbox.cache));
      const life = (resolution.expiresAt.getTime() - resolvedAt.getTime()) / 1000;
      assert.ok(Math.abs(life - 3600) < 60, `${life}`);
      // By the right one it is not trusted.
      assert.equal(await codeAt(mfa, "+0"), 125);
    },
  });
}

Deno.test("wev uses a session in whatever time zone", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login(undefined, { TZ: "Pacific/Kiritimati" });
  for (const TZ of ["Pacific/Pago_Pago", "UTC", "Asia/Kathmandu", ""]) {
    assert.equal((await mfa.run(["true"], { env: { TZ } })).code, 0);
  }
});
