import assert from "node:assert/strict";
import { ConfigError, WevError } from "../../../src/errors.ts";
import {
  configureHint,
  errorAt,
  errorIn,
  errorOf,
  quoted,
  quotedName,
  refuseContinued,
} from "../../../src/aws/profiles/profile_errors.ts";
import { parseSharedConfig } from "../../../src/aws/profiles/shared_config.ts";

const CONFIG = parseSharedConfig(
  { file: "/c", text: "[profile a]\nregion = x\nrole_arn = y\n  mfa_serial = z\n" },
  { file: "/none", text: undefined },
);
const SECTION = CONFIG.profiles.get("a");

Deno.test("quotedName() quotes the names that a shell would split or expand", () => {
  for (const name of ["prod", "a.b-c_d", "ann@x.org:1/2", "a+b=c,d%"]) {
    assert.equal(quotedName(name), name);
  }
  assert.equal(quotedName("my prod"), "'my prod'");
  assert.equal(quotedName("$(id)"), "'$(id)'");
  assert.equal(quotedName("it's"), "'it'\\''s'");
  assert.equal(quotedName(""), "''");
  assert.ok(!quotedName("a\x1b[2J").includes("\x1b"));
});

Deno.test("quoted() shows no control character", () => {
  assert.equal(quoted("my prod"), '"my prod"');
  assert.ok(!quoted("a\x1b[2J").includes("\x1b"));
});

Deno.test("configureHint() names the profile, unless it is default", () => {
  assert.equal(configureHint("default"), "Run: aws configure");
  assert.equal(configureHint("my prod"), "Run: aws configure --profile 'my prod'");
});

Deno.test("errorAt() is an error of the configuration if there is a place", () => {
  const error = errorAt({ file: "/c", line: 2, column: 1 }, "reason", { hint: "hint" });
  assert.ok(error instanceof ConfigError);
  assert.equal(error.message, "/c:2:1: reason");
  assert.equal(error.hint, "hint");
  const elsewhere = errorAt(undefined, "reason", { hint: "hint" });
  assert.ok(elsewhere instanceof WevError && !(elsewhere instanceof ConfigError));
  assert.equal(elsewhere.message, "reason");
  assert.equal(elsewhere.hint, "hint");
});

Deno.test("errorIn() is at the setting, else at the section, else at no place", () => {
  assert.equal(errorIn(SECTION, "region", "reason", {}).message, "/c:2:1: reason");
  assert.equal(errorIn(SECTION, "output", "reason", {}).message, "/c:1:1: reason");
  assert.equal(errorIn(undefined, "region", "reason", {}).message, "reason");
});

Deno.test("errorOf() is at the setting, else at the profile, else at no place", () => {
  assert.equal(errorOf(CONFIG, ["a", "region"], "reason").message, "/c:2:1: reason");
  assert.equal(errorOf(CONFIG, ["a", "output"], "reason").message, "/c:1:1: reason");
  assert.equal(errorOf(CONFIG, ["b", "region"], "reason").message, "reason");
});

Deno.test("refuseContinued() refuses a setting that swallows the line below it", () => {
  assert.throws(
    () => refuseContinued("a", SECTION),
    (error) =>
      error instanceof ConfigError &&
      error.message ===
        '/c:4:3: this line belongs to role_arn of the profile "a", because it is indented',
  );
  refuseContinued("a", SECTION, ["region"]);
  refuseContinued("b", undefined);
});
