import assert from "node:assert/strict";
import { withHome } from "../../../src/aws/client/home_for_sdk.ts";

/** Calls `test` with the variable HOME set to `home`, or not set. */
async function having(home: string | undefined, test: () => Promise<void>): Promise<void> {
  const before = Deno.env.get("HOME");
  try {
    if (home === undefined) Deno.env.delete("HOME");
    else Deno.env.set("HOME", home);
    await test();
  } finally {
    if (before === undefined) Deno.env.delete("HOME");
    else Deno.env.set("HOME", before);
  }
}

const readHome = () => Promise.resolve(Deno.env.get("HOME"));

for (const home of [undefined, ""]) {
  Deno.test(`withHome() lends a home and gives back ${JSON.stringify(home)}`, async () => {
    await having(home, async () => {
      // Several variables are resolved at the same time.
      const { promise, resolve } = Promise.withResolvers<void>();
      const first = withHome(async () => {
        await promise;
        return Deno.env.get("HOME");
      });
      assert.equal(await withHome(readHome), "/");
      assert.equal(Deno.env.get("HOME"), "/");
      resolve();
      assert.equal(await first, "/");
      assert.equal(Deno.env.get("HOME"), home);
      await assert.rejects(withHome(() => Promise.reject(new Error("It failed"))));
      assert.equal(Deno.env.get("HOME"), home);
    });
  });
}

Deno.test("withHome() changes no home that is there", async () => {
  await having("/home/ann", async () => {
    assert.equal(await withHome(readHome), "/home/ann");
  });
  await having("relative", async () => {
    assert.equal(await withHome(readHome), "relative");
  });
});
