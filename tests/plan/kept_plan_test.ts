import assert from "node:assert/strict";
import type { Plan } from "../../src/plan/plan.ts";
import { planPath } from "../../src/cache/layout.ts";
import {
  formatPlan,
  type KeptPlan,
  keptPlan,
  type Place,
  PLAN_FORMAT,
} from "../../src/plan/kept_plan.ts";
import { keepPlan } from "../../src/plan/keep_plan.ts";
import { VERSION } from "../../src/version.ts";
import { after, NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";

const PROJECT = "/home/ann/project";
const CONFIG = `${PROJECT}/wev.yml`;
const PLACE: Place = {
  workingDirectory: PROJECT,
  home: "/home/ann",
  system: "linux",
  cacheDirectory: "/home/ann/.cache/wev",
};
const READER = { user: 1000, environment: { get: () => undefined }, system: "linux" } as const;
const PATH = planPath(PLACE.cacheDirectory!, PLACE);
const PLAN: Plan = {
  files: [CONFIG],
  steps: [{
    names: ["A"],
    location: { file: CONFIG, line: 1, column: 1 },
    plugin: "wev-echo",
    version: "1.0.0",
    reads: [],
    readsSecret: [],
    consumes: [],
    options: { value: "Ä\u2028" },
    constant: ["Ä\u2028"],
    unset: [],
  }],
};

/** Configuration files with a kept plan. */
async function remembered(): Promise<FakeFiles> {
  const files = new FakeFiles({ [CONFIG]: "A: 1" }, "linux");
  for (const directory of ["/home/ann", PROJECT]) {
    files.attributes.set(directory, { modified: after(-60), changed: after(-60) });
  }
  await remember(files);
  return files;
}

async function remember(
  files: FakeFiles,
  texts = new Map([[CONFIG, "A: 1"]]),
  plan = PLAN,
  place = PLACE,
): Promise<void> {
  const directories = ["/home/ann", PROJECT];
  await keepPlan(files, place, plan, {
    directories,
    texts,
    unread: [],
    clock: { now: () => NOW },
    user: 1000,
  });
}

Deno.test("keptPlan() returns the plan that keepPlan() kept", async () => {
  assert.deepEqual(keptPlan(await remembered(), PLACE, READER), PLAN);
});

Deno.test("keptPlan() returns undefined if no plan was kept", () => {
  assert.equal(keptPlan(new FakeFiles({}, "linux"), PLACE, READER), undefined);
  assert.equal(
    keptPlan(new FakeFiles({}, "linux"), { ...PLACE, cacheDirectory: undefined }, READER),
    undefined,
  );
});

const CHANGES: Record<string, (files: FakeFiles) => void> = {
  "a file says something else": (files) => files.content.set(CONFIG, "A: 2"),
  "a file is gone": (files) => files.content.delete(CONFIG),
  "a stronger file has come": (files) => {
    files.content.set(`${PROJECT}/.wev.user.yml`, "");
    files.attributes.set(PROJECT, { modified: NOW, changed: NOW });
  },
  "a weaker file has come": (files) => {
    files.content.set("/home/ann/.wev.yml", "");
    files.attributes.set("/home/ann", { modified: NOW, changed: NOW });
  },
  "the files can't be read": (files) => files.refusesToRead = new Error("Input/output error"),
};

for (const [what, change] of Object.entries(CHANGES)) {
  Deno.test(`keptPlan() returns undefined once ${what}`, async () => {
    const files = await remembered();
    change(files);
    assert.equal(keptPlan(files, PLACE, READER), undefined);
  });
}

Deno.test("keptPlan() returns the plan if only unrelated files were added", async () => {
  const files = await remembered();
  files.content.set(`${PROJECT}/main.tf`, "");
  files.attributes.set(PROJECT, { modified: NOW, changed: NOW });
  assert.deepEqual(keptPlan(files, PLACE, READER), PLAN);
});

/** Kept plans that are not damaged but invalid. */
const OTHERS: Record<string, Partial<KeptPlan>> = {
  "another format": { format: PLAN_FORMAT + 1 },
  "another version of wev": { version: `${VERSION}-other` },
  "another directory": { workingDirectory: "/home/ann" },
  "another home": { home: "/home/bob" },
};

for (const [what, change] of Object.entries(OTHERS)) {
  Deno.test(`keptPlan() ignores a plan of ${what}`, async () => {
    const files = await remembered();
    const { copy: _, ...kept } = JSON.parse(files.content.get(PATH)!);
    files.content.set(PATH, formatPlan(kept));
    assert.deepEqual(keptPlan(files, PLACE, READER), PLAN);
    files.content.set(PATH, formatPlan({ ...kept, ...change }));
    assert.equal(keptPlan(files, PLACE, READER), undefined);
  });
}

Deno.test("keptPlan() returns undefined if any character of a kept plan has changed", async () => {
  const files = await remembered();
  const text = files.content.get(PATH)!;
  for (let at = 0; at < text.length; at++) {
    const other = text[at] === "0" ? "1" : "0";
    files.content.set(PATH, text.slice(0, at) + other + text.slice(at + 1));
    assert.equal(keptPlan(files, PLACE, READER), undefined, `character ${at}`);
  }
});

for (const text of ["", "null", "[]", "{}", "\0", '{"copy":{}}', '{"plan":{"steps":[]}}']) {
  Deno.test(`keptPlan() ignores ${JSON.stringify(text)}`, async () => {
    const files = await remembered();
    files.content.set(PATH, text);
    assert.equal(keptPlan(files, PLACE, READER), undefined);
  });
}

Deno.test("keepPlan() keeps nothing if a file was added meanwhile", async () => {
  const files = await remembered();
  files.content.delete(PATH);
  files.content.set(`${PROJECT}/.wev.yml`, "B: 1");
  await remember(files);
  assert.equal(files.content.has(PATH), false);
});

Deno.test("keptPlan() returns undefined once one of two files has changed", async () => {
  const own = "/home/ann/wev.yml";
  for (const changed of [own, CONFIG]) {
    const files = new FakeFiles({ [own]: "B: 1", [CONFIG]: "A: 1" }, "linux");
    await remember(files, new Map([[own, "B: 1"], [CONFIG, "A: 1"]]));
    assert.deepEqual(keptPlan(files, PLACE, READER), PLAN);
    files.content.set(changed, "C: 1");
    assert.equal(keptPlan(files, PLACE, READER), undefined);
  }
});

Deno.test("keptPlan() returns undefined if a file can't be read", async () => {
  const files = await remembered();
  files.attributes.set(PROJECT, { modified: after(-30), changed: after(-30) });
  const stat = files.stat.bind(files);
  files.stat = (path) => {
    if (path.startsWith(PROJECT)) throw new Error("Permission denied");
    return stat(path);
  };
  assert.equal(keptPlan(files, PLACE, READER), undefined);
});

Deno.test("keptPlan() looks for wrong file names only if nothing is configured", async () => {
  const plans = [{ plan: PLAN, kept: PLAN }, { plan: { ...PLAN, steps: [] }, kept: undefined }];
  for (const { plan, kept } of plans) {
    const files = new FakeFiles({ [CONFIG]: "A: 1" }, "linux");
    await remember(files, undefined, plan);
    assert.deepEqual(keptPlan(files, PLACE, READER), plan);
    files.content.set(`${PROJECT}/wev.yaml`, "A: 1");
    assert.deepEqual(keptPlan(files, PLACE, READER), kept);
  }
});

Deno.test("keptPlan() returns no plan that others can read or that belongs to them", async () => {
  for (
    const [info, kept] of [[{ mode: 0o600, uid: 1000 }, PLAN], [
      { mode: 0o640 },
      undefined,
    ]] as const
  ) {
    const files = await remembered();
    files.attributes.set(PATH, { uid: 1000, ...info });
    assert.deepEqual(keptPlan(files, PLACE, READER), kept);
  }
  const files = await remembered();
  files.attributes.set(PATH, { mode: 0o600, uid: 1001 });
  assert.equal(keptPlan(files, PLACE, READER), undefined);
});

Deno.test("keepPlan() keeps nothing without a cache, and no plan of more than 4 MiB", async () => {
  const files = new FakeFiles({ [CONFIG]: "A: 1" }, "linux");
  await remember(files, undefined, PLAN, { ...PLACE, cacheDirectory: undefined });
  // The file contains it twice.
  await remember(files, new Map([[CONFIG, "#".repeat(2_097_152)]]));
  assert.equal(files.content.size, 1);
  await remember(files, new Map([[CONFIG, "#".repeat(2_000_000)]]));
  assert.equal(files.content.size, 2);
});

Deno.test("keepPlan() keeps 500 plans, and removes the oldest", async () => {
  const files = await remembered();
  const plans = `${PLACE.cacheDirectory}/plans`;
  const name = (number: number) => `${String(number).padStart(16, "0")}.json`;
  for (let number = 0; number < 505; number++) {
    files.content.set(`${plans}/${name(number)}`, "");
    files.attributes.set(`${plans}/${name(number)}`, { modified: after(number) });
  }
  await remember(files);
  const names = files.list(plans);
  assert.equal(names.length, 500);
  assert.ok(files.content.has(PATH));
  assert.ok(!names.includes(name(5)));
  assert.ok(names.includes(name(6)));
});

Deno.test("keepPlan() removes stale temporary files", async () => {
  const files = await remembered();
  const plans = `${PLACE.cacheDirectory}/plans`;
  const left = `${plans}/${"0".repeat(16)}.json.${crypto.randomUUID()}.tmp`;
  files.content.set(left, "");
  files.attributes.set(left, { modified: after(-3601) });
  files.attributes.set(PATH, { modified: NOW });
  await remember(files);
  assert.deepEqual(files.list(plans), [PATH.slice(plans.length + 1)]);
});
