import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import type { Step } from "../../src/plan/plan.ts";
import { definePlugin, type Plugin, type PluginRegistry } from "../../src/plugin/mod.ts";
import { FILE, OWN, planOf } from "../support/plan.ts";

const explained = { explain: () => [], resolve: () => Promise.resolve({ values: [] }) };

/** A plugin that declares everything. */
const all: Plugin = definePlugin({
  manifest: {
    id: "all",
    version: "2.1.0",
    otherNames: ["everything"],
    options: {
      text: { description: "Text", otherNames: ["words"], guard: "same" },
      empty: { description: "Text", mayBeEmpty: true },
      life: {
        description: "Life",
        form: { integer: { min: 0, max: 99, unit: "seconds" } },
        guard: "minimum",
        minRemaining: true,
      },
      whose: { description: "Whose", guard: "identity", identityHas: ":{}:" },
      home: { description: "For home", ofHome: "it is private" },
    },
    reads: ["READ"],
    readsSecret: ["SECRET"],
    consumes: ["CONSUMED"],
    conflicts: { A: ["PREFERRED", "OTHER"], B: ["THIRD"] },
    values: [{ label: "key", secret: true, names: ["KEY"], ending: "KEY" }],
  },
  check({ text }, names) {
    if (names.length > 2) return { problem: "sets two names at most", example: "[A, B]:" };
    return text === "bad" ? { option: "text", problem: "is bad" } : undefined;
  },
  ...explained,
});

/** A plugin whose values are its options, or that needs other variables. */
const bare: Plugin = definePlugin({
  manifest: {
    id: "bare",
    version: "1.0.0",
    options: { value: { description: "Value" }, needs: { description: "Needs", form: "texts" } },
  },
  needs: ({ needs = [] }) => needs,
  ...explained,
});

const constant: Plugin = definePlugin({
  manifest: {
    id: "constant",
    version: "1.0.0",
    options: { value: { description: "V", default: "-" } },
  },
  constant: ({ value }) => [value],
  ...explained,
});

const registry: PluginRegistry = new Map(
  [all, bare, constant].map((plugin) => [plugin.manifest.id, () => Promise.resolve(plugin)]),
);

/** Returns the steps of the plan of `project` and `own`, an earlier file in the home directory. */
async function stepsOf(project: string, own = ""): Promise<readonly Step[]> {
  return (await planOf({ [FILE]: project, [OWN]: own }, registry)).steps;
}

const at = (line: number, column: number, file = FILE) => ({ file, line, column });

Deno.test("makePlan() makes a step from a variable and its plugin's manifest", async () => {
  const own = "A:\n  plugin: {id: all, text: x, life: 7, whose: ann, home: y}";
  assert.deepEqual(await stepsOf("", own), [{
    names: ["A"],
    location: at(1, 1, OWN),
    plugin: "all",
    version: "2.1.0",
    reads: ["READ"],
    readsSecret: ["SECRET"],
    consumes: ["CONSUMED"],
    options: { text: "x", whose: "ann", home: "y" },
    secret: [true],
    ofHome: [at(2, 51, OWN)],
    places: {
      text: at(2, 21, OWN),
      life: at(2, 30, OWN),
      whose: at(2, 39, OWN),
      home: at(2, 51, OWN),
    },
    minRemaining: 7,
    identityHas: ":ann:",
    unset: ["PREFERRED", "OTHER"],
  }]);
});

Deno.test("makePlan() leaves out properties that a plugin does not declare", async () => {
  assert.deepEqual(await stepsOf("A: {plugin: {id: bare}}"), [{
    names: ["A"],
    location: at(1, 1),
    plugin: "bare",
    version: "1.0.0",
    reads: [],
    readsSecret: [],
    consumes: [],
    options: {},
    places: {},
    unset: [],
  }]);
});

Deno.test("makePlan() keeps values that depend only on the options, without locations", async () => {
  const [step] = await stepsOf("A: {plugin: {id: constant, value: x}}");
  assert.deepEqual(step?.constant, ["x"]);
  assert.equal(step?.places, undefined);
});

Deno.test("makePlan() collects the conflicting variables of all names", async () => {
  const [step] = await stepsOf("[B, A]: {plugin: {id: all}}");
  assert.deepEqual(step?.unset, ["THIRD", "PREFERRED", "OTHER"]);
});

Deno.test("makePlan() keeps the order of the variables, whatever they need", async () => {
  const steps = await stepsOf(
    "A: {plugin: {id: bare, needs: [B, HOME]}}\nB: {plugin: {id: bare}}",
  );
  assert.deepEqual(steps.map(({ names, needs }) => [names, needs]), [
    [["A"], ["B", "HOME"]],
    [["B"], undefined],
  ]);
});

Deno.test("makePlan() treats an empty option as not set if an earlier file sets it", async () => {
  const own = "A: {plugin: {id: all, empty: x}}\nB: {plugin: {id: bare, value: x}}";
  const project = "A: {plugin: {empty: }}\nB: {plugin: {value: }}";
  const steps = await stepsOf(project, own);
  assert.deepEqual(steps.map(({ options }) => options), [{ empty: "" }, {}]);
  const [alone] = await stepsOf("A: {plugin: {id: bare, value: }}");
  assert.deepEqual(alone?.options, { value: "" });
});

/** The configuration, the error, and a part of its hint. */
const WRONG: Readonly<Record<string, readonly [project: string, message: string, hint: string]>> = {
  "an unknown plugin": [
    "A: {plugin: {id: everything}}",
    `${FILE}:1:14: There is no plugin "everything"`,
    "The plugins are all, bare, constant.",
  ],
  "an unknown option": [
    "A: {plugin: {id: all, words: x}}",
    `${FILE}:1:23: all has no option "words"`,
    "Its options are empty, home, life, text, whose.",
  ],
  "an option that the plugin refuses": [
    "A: {plugin: {id: all, text: bad}}",
    `${FILE}:1:23: "text" of all is bad`,
    "Write, for example, text: text",
  ],
  "names that the plugin refuses": [
    "? [A, B, C]\n: {plugin: {id: all}}",
    `${FILE}:1:3: all sets two names at most`,
    "Write, for example, [A, B]:",
  ],
  "an option of the home directory in another file": [
    "A: {plugin: {id: all, home: x}}",
    `${FILE}:1:23: "home" of all is allowed only in a configuration file of the home directory: ` +
    "it is private",
    "Move it to .wev.yml in your home directory.",
  ],
  "variables that need each other": [
    "A: {plugin: {id: bare, needs: B}}\nB: {plugin: {id: bare, needs: A}}",
    `${FILE}:1:1: The variables need each other: A needs B (${FILE}:1:1), B needs A (${FILE}:2:1)`,
    "Remove one of these dependencies.",
  ],
};

for (const [what, [project, message, hint]] of Object.entries(WRONG)) {
  Deno.test(`makePlan() refuses ${what}`, async () => {
    await assert.rejects(stepsOf(project), (error) => {
      assert.ok(error instanceof ConfigError);
      assert.equal(error.message, message);
      assert.equal(error.hint, hint);
      return true;
    });
  });
}

Deno.test("makePlan() suggests a plugin and an option for other names", async () => {
  await assert.rejects(stepsOf("A: {plugin: {id: everything}}"), {
    suggest: {
      word: "everything",
      known: ["all", "bare", "constant"],
      synonyms: { everything: "all" },
    },
  });
  await assert.rejects(stepsOf("A: {plugin: {id: all, words: x}}"), {
    suggest: {
      word: "words",
      known: ["text", "empty", "life", "whose", "home"],
      synonyms: { words: "text" },
    },
  });
});

/** The file of the home directory, the file of the project, and the error. */
const GUARDED: Readonly<Record<string, readonly [own: string, project: string, message: string]>> =
  {
    "that must stay as it is": [
      "text: x",
      "A: {plugin: {text: y}}",
      `${FILE}:1:14: This differs from "text" of your own configuration file (${OWN}:1:23)`,
    ],
    "that must not become smaller": [
      "life: 7",
      "A: {plugin: {life: 6}}",
      `${FILE}:1:14: This is less than "life" of your own configuration file (${OWN}:1:23)`,
    ],
    "of another plugin": [
      "text: x",
      "A: {plugin: {id: bare}}",
      `${FILE}:1:14: bare in place of all would drop "text" of your own configuration file ` +
      `(${OWN}:1:23)`,
    ],
    "of a variable that is switched off": [
      "text: x",
      "A:",
      `${FILE}:1:1: This switches the variable off, and would drop "text" of your own ` +
      `configuration file (${OWN}:1:23)`,
    ],
    "that says whose the values are, by a conflicting variable": [
      "whose: ann",
      "PREFERRED: {plugin: {id: bare}}",
      `${FILE}:1:1: Programs may prefer PREFERRED to the identity that your own configuration ` +
      `file requires (${OWN}:1:23)`,
    ],
  };

for (const [what, [own, project, message]] of Object.entries(GUARDED)) {
  Deno.test(`makePlan() refuses a project that weakens an option ${what}`, async () => {
    await assert.rejects(stepsOf(project, `A: {plugin: {id: all, ${own}}}`), { message });
  });
}

Deno.test("makePlan() lets a project require more than the home directory's file", async () => {
  const own = "A: {plugin: {id: all, text: x, life: 7, empty: a}}";
  const [step] = await stepsOf("A: {plugin: {text: x, life: 8, empty: b}}", own);
  assert.equal(step?.minRemaining, 8);
  assert.deepEqual(step?.options, { text: "x", empty: "b" });
});
