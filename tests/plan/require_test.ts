import assert from "node:assert/strict";
import type { UnreadFile } from "../../src/config/unread_files.ts";
import { WevError } from "../../src/errors.ts";
import { checkRequired, NothingConfiguredError } from "../../src/plan/require.ts";
import { STEP } from "../support/command_environment.ts";

const PLACE = { workingDirectory: "/srv/my app", home: "/home/ann", system: "linux" } as const;

/** Checks a plan with this number of steps and this value of `WEV_REQUIRE`. */
function check(
  value: string | undefined,
  steps: number,
  place: Parameters<typeof checkRequired>[2] = PLACE,
  unread: readonly UnreadFile[] = [],
): void {
  const plan = { files: [], steps: Array.from({ length: steps }, () => STEP) };
  const environment = { get: (name: string) => name === "WEV_REQUIRE" ? value : undefined };
  checkRequired(plan, environment, place, () => unread);
}

for (const value of [undefined, "", "0", "false", "False"]) {
  Deno.test(`checkRequired() requires nothing if WEV_REQUIRE is ${value ?? "not set"}`, () => {
    check(value, 0);
    check(value, 1);
  });
}

for (const value of ["1", "true", "TRUE"]) {
  Deno.test(`checkRequired() requires a variable if WEV_REQUIRE is ${value}`, () => {
    check(value, 1);
    assert.throws(() => check(value, 0), (error) => {
      assert.ok(error instanceof NothingConfiguredError);
      assert.equal(error.message, "No variable is configured, and WEV_REQUIRE is set");
      assert.equal(
        error.hint,
        "Looked for .wev.yml, wev.yml, .wev.user.yml and wev.user.yml in: /home/ann, /, /srv, " +
          "'/srv/my app'",
      );
      return true;
    });
  });
}

Deno.test("checkRequired() names the unknown home directory and the ignored files", () => {
  const place = { ...PLACE, workingDirectory: "/", home: undefined };
  const hint = (unread: readonly UnreadFile[]) => {
    try {
      check("1", 0, place, unread);
    } catch (error) {
      return (error as WevError).hint?.split("\n");
    }
    throw new Error("Nothing is needed");
  };
  const [looked, ...more] = hint([])!;
  assert.match(looked!, / in: \/; the home directory is not known$/);
  assert.deepEqual(more, []);
  assert.deepEqual(hint([{ file: "/wev.yml", problem: "is empty" }]), [
    looked,
    "/wev.yml is empty",
  ]);
});

for (const value of ["yes", "2", "on\x1b"]) {
  Deno.test(`checkRequired() refuses ${JSON.stringify(value)}`, () => {
    assert.throws(() => check(value, 1), (error) => {
      assert.ok(error instanceof WevError && !(error instanceof NothingConfiguredError));
      assert.match(error.message, /must be 1, 0, true or false: it is "(?:yes|2|on\\x1b)"$/);
      return true;
    });
  });
}
