import assert from "node:assert/strict";
import type { Step } from "../../src/plan/plan.ts";
import type { DefaultVariable } from "../../src/plugin/context.ts";
import { toResolved } from "../../src/engine/cached.ts";
import { environmentOf } from "../../src/engine/environment.ts";
import { commandOf, STEP } from "../support/command_environment.ts";

/** A variable that the configuration sets. */
function constant(name: string, value: string): Step {
  return { ...STEP, names: [name], constant: [value], unset: [] };
}

const REGIONS: DefaultVariable = {
  names: ["AWS_REGION", "AWS_DEFAULT_REGION"],
  value: "eu-west-1",
};

const CASES: Readonly<
  Record<string, {
    readonly defaults: readonly DefaultVariable[];
    readonly environment?: Readonly<Record<string, string>>;
    readonly steps?: readonly Step[];
    readonly expected: Readonly<Record<string, string | undefined>>;
  }>
> = {
  "both names get the value": {
    defaults: [REGIONS],
    expected: { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-1" },
  },
  "the missing name gets the value of the one that is set": {
    defaults: [REGIONS],
    environment: { AWS_DEFAULT_REGION: "us-west-2" },
    expected: { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-2" },
  },
  "an empty name gets the value of the other": {
    defaults: [REGIONS],
    environment: { AWS_REGION: "", AWS_DEFAULT_REGION: "us-west-2" },
    expected: { AWS_REGION: "us-west-2", AWS_DEFAULT_REGION: "us-west-2" },
  },
  "two names that are set stay as they are": {
    defaults: [REGIONS],
    environment: { AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-2" },
    expected: { AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-2" },
  },
  "the missing name gets the value that the configuration sets": {
    defaults: [REGIONS],
    steps: [constant("AWS_REGION", "sa-east-1"), STEP],
    expected: { AWS_REGION: "sa-east-1", AWS_DEFAULT_REGION: "sa-east-1" },
  },
  "without a value a name still gets that of the other": {
    defaults: [{ names: REGIONS.names }],
    environment: { AWS_REGION: "us-west-1" },
    expected: { AWS_REGION: "us-west-1", AWS_DEFAULT_REGION: "us-west-1" },
  },
  "without a value nothing is set": {
    defaults: [{ names: REGIONS.names }],
    expected: { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined },
  },
  "each default is given by itself": {
    defaults: [REGIONS, { names: ["AWS_DEFAULT_OUTPUT"], value: "text" }],
    environment: { AWS_REGION: "us-west-1" },
    expected: { AWS_REGION: "us-west-1", AWS_DEFAULT_OUTPUT: "text" },
  },
  "an empty variable counts where it is to count": {
    defaults: [
      { names: ["AWS_PAGER"], value: "less", emptyCounts: true },
      { names: ["AWS_ENDPOINT_URL"], value: "https://e" },
    ],
    environment: { AWS_PAGER: "", AWS_ENDPOINT_URL: "" },
    expected: { AWS_PAGER: "", AWS_ENDPOINT_URL: "https://e" },
  },
  "a default stays away beside another variable": {
    defaults: [{ names: ["E_S3"], value: "s3", unless: ["E"] }],
    environment: { E: "all" },
    expected: { E_S3: undefined },
  },
  "an empty variable keeps no default away": {
    defaults: [{ names: ["E_S3"], value: "s3", unless: ["E"] }],
    environment: { E: "" },
    expected: { E_S3: "s3" },
  },
  "a default stays away beside any variable of a prefix, and another takes its place": {
    defaults: [{ names: ["I"], value: "true", unless: ["E*"] }, { names: ["I"], value: "false" }],
    environment: { E_S3: "s3" },
    expected: { I: "false" },
  },
  "a default stays away beside a configured variable of a prefix": {
    defaults: [{ names: ["I"], value: "true", unless: ["E*"] }],
    steps: [STEP, constant("E_S3", "s3")],
    expected: { I: undefined },
  },
  "of two defaults of one name the first counts": {
    defaults: [{ names: ["I"], value: "true", unless: ["E*"] }, { names: ["I"], value: "false" }],
    expected: { I: "true" },
  },
  "defaults go with rivals only": {
    defaults: [REGIONS],
    steps: [{ ...STEP, unset: [] }],
    expected: { AWS_REGION: undefined },
  },
};

for (const [what, { defaults, environment = {}, steps, expected }] of Object.entries(CASES)) {
  Deno.test(`environmentOf(): ${what}`, () => {
    const command = commandOf(defaults, environment, steps);
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(command[name], value, name);
      assert.equal(name in command, value !== undefined, name);
    }
  });
}

Deno.test("environmentOf() sets values, and removes missing ones, conflicting variables and codes", () => {
  const code = "WEV_AWSMFA_TOKEN";
  for (const consumes of [["D"], ["D", code]]) {
    const step = { ...STEP, names: ["A", "B"], unset: ["C", "X"], consumes };
    const resolved = [
      toResolved(step, { values: ["1", "2"], unset: [1] }, "fresh"),
      toResolved(constant("X", "3"), { values: ["3"] }, "constant"),
    ];
    const { set, unset } = environmentOf(resolved, { get: () => undefined, names: () => [] });
    assert.deepEqual([...set], [["A", "1"], ["X", "3"]]);
    assert.deepEqual(unset.toSorted(), ["B", "C", "D", code]);
  }
});

Deno.test("environmentOf() takes no default from a removed variable", () => {
  const steps = [{ ...STEP, unset: ["AWS_REGION"] }];
  const command = commandOf([REGIONS], { AWS_REGION: "us-west-1" }, steps);
  assert.equal(command["AWS_DEFAULT_REGION"], "eu-west-1");
});

Deno.test("environmentOf() in a nested run removes the defaults of the outer wev", () => {
  const outer = commandOf(
    [REGIONS, { names: ["OUTPUT"], value: "text" }, { names: ["GONE"], value: "x" }],
    { AWS_PROFILE: "one", EDITOR: "vi" },
  );
  assert.equal(outer["GONE"], "x");
  const inner = commandOf([{ names: ["OUTPUT"], value: "table" }], outer);
  assert.deepEqual(
    { region: inner["AWS_REGION"], output: inner["OUTPUT"], gone: inner["GONE"] },
    { region: undefined, output: "table", gone: undefined },
  );
  assert.equal(inner["EDITOR"], "vi");
  // A variable that was changed since keeps its value.
  const changed = commandOf([REGIONS], { ...outer, GONE: "mine", AWS_REGION: "us-east-2" });
  assert.equal(changed["GONE"], "mine");
  assert.equal(changed["AWS_REGION"], "us-east-2");
  assert.equal(changed["AWS_DEFAULT_REGION"], "us-east-2");
  // A third wev sees the same as the second.
  const third = commandOf([{ names: ["GONE"], value: "z" }], inner);
  assert.equal(third["OUTPUT"], undefined);
  assert.equal(third["GONE"], "z");
});

Deno.test("environmentOf() in a nested run keeps variables that do not concern the identity", () => {
  const outer = commandOf([REGIONS], {});
  const inner = commandOf([], outer, [constant("X", "1")]);
  assert.equal(inner["AWS_REGION"], "eu-west-1");
});
