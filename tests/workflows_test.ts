/**
 * That the workflows trust nothing that can change, and get no more than they need.
 *
 * @module
 */

import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { load } from "js-yaml";
import manifest from "../deno.json" with { type: "json" };
import { TARGETS } from "../tools/release/targets.ts";

/** What is looked at of a workflow. */
interface Workflow {
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

interface Job {
  readonly needs?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
  readonly strategy?: { readonly matrix: { readonly include?: readonly { target: string }[] } };
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}

const directory = new URL("../.github/workflows/", import.meta.url);

async function workflow(name: string): Promise<Workflow> {
  return load(await Deno.readTextFile(new URL(name, directory))) as unknown as Workflow;
}

for (const { name } of Deno.readDirSync(directory)) {
  Deno.test(`${name} pins every action by its commit`, async () => {
    const { jobs } = await workflow(name);
    const used = Object.values(jobs).flatMap(({ steps }) =>
      steps.flatMap(({ uses }) => uses ?? [])
    );
    ok(used.length > 0);
    for (const uses of used) match(uses, /^[\w.-]+\/[\w.-]+@[0-9a-f]{40}$/);
  });

  Deno.test(`${name} puts nothing that others write into a script`, async () => {
    const { jobs } = await workflow(name);
    for (const { steps } of Object.values(jobs)) {
      for (const { run = "" } of steps) ok(!run.includes("${{"), run);
    }
  });
}

Deno.test("release.yml publishes nothing that has not been tested, or that nobody has approved", async () => {
  const { permissions, jobs } = await workflow("release.yml");
  const before = (name: string | undefined): string[] =>
    name === undefined ? [] : [name, ...before(jobs[name]?.needs)];
  deepStrictEqual(permissions, {});
  const publishing = Object.values(jobs)
    .filter(({ permissions = {} }) => Object.values(permissions).includes("write"));
  ok(publishing.length > 0);
  for (const { needs, environment } of publishing) {
    deepStrictEqual(before(needs).sort(), ["build", "gate", "smoke-test"]);
    strictEqual(environment, "release");
  }
  const tested = jobs["smoke-test"]?.strategy?.matrix.include ?? [];
  deepStrictEqual(tested.map(({ target }) => target), [...TARGETS]);
});

Deno.test("release.yml publishes nothing that is not on main", async () => {
  const { jobs } = await workflow("release.yml");
  const steps = jobs["build"]?.steps ?? [];
  // Without the history it could not be told.
  ok(
    steps.some((step) =>
      step.uses?.startsWith("actions/checkout@") && step.with?.["fetch-depth"] === 0
    ),
  );
  ok(steps.some(({ run }) => run?.includes('tools/release.ts --tag "$GITHUB_REF_NAME"')));
});

Deno.test("no task and no workflow runs a script of a package", async () => {
  strictEqual("allowScripts" in manifest, false);
  const texts = [
    ...Object.values(manifest.tasks).map(({ command }) => command),
    await Deno.readTextFile(new URL("ci.yml", directory)),
    await Deno.readTextFile(new URL("release.yml", directory)),
    await Deno.readTextFile(new URL("../tools/bundle.ts", import.meta.url)),
  ];
  for (const text of texts) ok(!text.includes("--allow-scripts"), text);
});
