import assert from "node:assert/strict";
import { formatEntry } from "../../src/cache/entry.ts";
import { entryPath } from "../../src/cache/layout.ts";
import { toResolved } from "../../src/engine/cached.ts";
import { withKnownKey } from "../../src/engine/keys.ts";
import { type Engine, plainRequest, resolve, textsOf } from "../../src/engine/resolve.ts";
import type { Request } from "../../src/engine/resolved.ts";
import type { Step } from "../../src/plan/plan.ts";
import { after, NOW, session } from "../support/cached_session.ts";
import { STEP } from "../support/command_environment.ts";
import { FakeRuntime } from "../support/fake_runtime.ts";

const CACHE = "/home/ann/.cache/wev";
const CONSTANT: Step = { ...STEP, names: ["HELLO"], constant: ["hi"], unset: [] };
const CREDENTIALS: Step = {
  ...STEP,
  names: ["KEY_ID", "SECRET", "TOKEN"],
  secret: [false, true, true],
};

/** A run of a plan, whose uncached steps become `fresh`. */
async function run(
  steps: readonly Step[],
  { request = {}, environment = {}, now = after(60) }: {
    readonly request?: Partial<Request>;
    readonly environment?: Readonly<Record<string, string>>;
    readonly now?: Date;
  } = {},
) {
  const runtime = new FakeRuntime({ environment, now });
  const known = await Promise.all(
    steps.map((step) => withKnownKey(step, { outer: { get: () => undefined }, home: undefined })),
  );
  for (const { knownKey } of known) {
    if (knownKey === undefined) continue;
    const { key } = knownKey;
    runtime.files.content.set(entryPath(CACHE, key, "linux"), formatEntry(session(), key));
  }
  const missing: string[] = [];
  const reported: string[] = [];
  const engine: Engine = {
    environment: runtime.environment,
    clock: runtime.clock,
    files: runtime.files,
    place: {
      workingDirectory: "/home/ann",
      home: "/home/ann",
      system: "linux",
      cacheDirectory: CACHE,
    },
    user: runtime.user,
    onValues: (values) => reported.push(...values),
    resolveUncached(steps) {
      missing.push(...steps.flatMap(({ names }) => names));
      return Promise.resolve(
        steps.map((step) => toResolved(step, { values: ["fresh", "fresh", "fresh"] }, "fresh")),
      );
    },
  };
  const resolved = await resolve(
    { files: [], steps: known },
    { ...plainRequest(now), ...request },
    engine,
  );
  return { resolved, missing, reported };
}

Deno.test("resolve() returns the origin of each value, and whether it is secret", async () => {
  const { resolved, missing } = await run([CONSTANT, CREDENTIALS]);
  assert.deepEqual(missing, []);
  const [constant, session] = resolved;
  assert.deepEqual(
    [constant?.origin, constant?.key, constant?.values],
    ["constant", undefined, [{ text: "hi", secret: false }]],
  );
  assert.equal(session?.origin, "cache");
  assert.match(session.key!, /^[0-9a-f]{64}$/);
  assert.deepEqual(session.expiresAt, after(3600));
  assert.equal(session.identity, "arn:aws:iam::123456789012:user/ann");
  assert.deepEqual(session.values.map(({ secret }) => secret), [false, true, true]);
  assert.deepEqual(textsOf(session), ["ASIAEXAMPLE", "secret", "token"]);
});

Deno.test("resolve() treats values as secret unless the plugin says otherwise", async () => {
  const { secret: _, ...unspoken } = CREDENTIALS;
  const { resolved } = await run([unspoken]);
  assert.deepEqual(resolved[0]?.values.map(({ secret }) => secret), [true, true, true]);
});

Deno.test("resolve() reports cached values before it resolves others, and no constants", async () => {
  const { reported } = await run([CONSTANT, CREDENTIALS]);
  assert.deepEqual(reported, ["ASIAEXAMPLE", "secret", "token"]);
});

for (
  const [what, options] of [
    ["what was asked to be resolved again", { request: { refresh: true } }],
    ["what has too little life left", { request: { minRemaining: 3550 } }],
    ["what has expired", { now: after(3600) }],
    ["what other variables lead to", { environment: { AWS_REGION: "eu-west-1" } }],
  ] as const
) {
  Deno.test(`resolve() resolves ${what}, and keeps the order`, async () => {
    const { resolved, missing } = await run([CREDENTIALS, CONSTANT], options);
    assert.deepEqual(missing, ["KEY_ID", "SECRET", "TOKEN"]);
    assert.deepEqual(resolved.map(({ origin }) => origin), ["fresh", "constant"]);
  });
}

Deno.test("resolve() uses values that were resolved after a refreshing request", async () => {
  const { resolved } = await run([CREDENTIALS], { request: { refresh: true, at: NOW } });
  assert.equal(resolved[0]?.origin, "cache");
});
