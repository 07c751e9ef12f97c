import assert from "node:assert/strict";
import { ConfigError } from "../../src/errors.ts";
import type { Plugin } from "../../src/plugin/manifest.ts";
import type { PluginRegistry } from "../../src/plugin/registry.ts";
import { FILE, OWN, planOf } from "../support/plan.ts";

/** A plugin that has all that a step can tell of it. */
const full: Plugin = {
  id: "full",
  version: "1.2.3",
  options: { text: "Text.", free: "Text.", other: "Text.", life: "Seconds.", who: "Whose." },
  otherNames: ["complete"],
  synonyms: { words: "text" },
  mayBeEmpty: ["free"],
  reads: ["READ"],
  readsSecret: ["READ_SECRET"],
  consumes: ["WEV_FULL_CODE"],
  rivals: { A: ["A_RIVAL", "A_FILE"], B: ["B_RIVAL"] },
  values: [{ what: "key", secret: false, names: ["KEY_ID"], ending: "KEY_ID" }, {
    what: "secret",
    secret: true,
    names: ["SECRET"],
    ending: "SECRET",
  }],
  guards: { who: "identity", text: "same", life: "minimum" },
  placed: ["who", "other"],
  parse: (options) => {
    options.onlyOfHome("other", "it is dangerous");
    const [text, free, other, who] = ["text", "free", "other", "who"].map((n) => options.text(n));
    return { text, free, other, who };
  },
  minRemaining: (options) => options.integer("life", { min: 0, max: 9, unit: "s", example: 1 }),
  identityHas: (options) => (options as { who?: string }).who,
  explain: () => [],
  resolve: () => Promise.reject(new Error("Nothing is to be resolved")),
};

/** A plugin that has as little as there can be. */
const bare: Plugin = {
  id: "bare",
  version: "0.1.0",
  options: {},
  parse: () => null,
  explain: () => [],
  resolve: () => Promise.reject(new Error("Nothing is to be resolved")),
};

const constant: Plugin = { ...bare, id: "constant", constant: () => ["1"] };

const REGISTRY: PluginRegistry = new Map(
  [full, bare, constant].map((plugin) => [plugin.id, () => Promise.resolve(plugin)]),
);

const plan = (contents: Readonly<Record<string, string>>) => planOf(contents, REGISTRY);

/** Expects that a plan can't be made, with a message that begins so, at `place` of a file. */
async function expectMistake(
  contents: Readonly<Record<string, string>>,
  message: string,
): Promise<ConfigError> {
  try {
    await plan(contents);
  } catch (error) {
    assert.ok(error instanceof ConfigError, String(error));
    assert.ok(error.message.startsWith(message), error.message);
    return error;
  }
  throw new Error("There is a plan");
}

Deno.test("makePlan() makes a step of a variable, with what its plugin says", async () => {
  const text = "[A, B]:\n  plugin:\n    id: full\n    who: ann\n    life: 7\n    other: x\n";
  const { files, steps } = await plan({ [OWN]: text });
  const at = (line: number, column = 5) => ({ file: OWN, line, column });
  assert.deepEqual(files, [OWN]);
  assert.deepEqual(steps, [{
    names: ["A", "B"],
    location: at(1, 1),
    plugin: "full",
    version: "1.2.3",
    reads: ["READ"],
    readsSecret: ["READ_SECRET"],
    consumes: ["WEV_FULL_CODE"],
    options: { text: undefined, free: undefined, other: "x", who: "ann" },
    secret: [false, true],
    ofHome: [at(6)],
    places: { who: at(4), other: at(6) },
    minRemaining: 7,
    identityHas: "ann",
    unset: ["A_RIVAL", "A_FILE", "B_RIVAL"],
  }]);
});

Deno.test("makePlan() keeps out of a step what its plugin does not have", async () => {
  const { steps } = await plan({
    [FILE]: "C: {plugin: {id: bare}}\nD: {plugin: {id: constant}}\n",
  });
  const rest = { reads: [], readsSecret: [], consumes: [], options: null, unset: [] };
  assert.deepEqual(steps, [
    {
      names: ["C"],
      location: { file: FILE, line: 1, column: 1 },
      plugin: "bare",
      version: "0.1.0",
      ...rest,
    },
    {
      names: ["D"],
      location: { file: FILE, line: 2, column: 1 },
      plugin: "constant",
      version: "0.1.0",
      ...rest,
      constant: ["1"],
    },
  ]);
});

Deno.test("makePlan() keeps the order of the variables", async () => {
  const file = (...names: string[]) =>
    names.map((name) => `${name}: {plugin: {id: bare}}\n`).join("");
  const { steps } = await plan({ [OWN]: file("Z", "Y"), [FILE]: file("X", "Z") });
  assert.deepEqual(steps.map(({ names }) => names[0]), ["Z", "Y", "X"]);
});

Deno.test("makePlan() points at a plugin that there is not, and names those that there are", async () => {
  const error = await expectMistake(
    { [FILE]: 'A: {plugin: {id: "complete\\e"}}\n' },
    `${FILE}:1:14: There is no plugin "complete\\x1b"`,
  );
  assert.equal(error.hint, "The plugins are bare, constant, full.");
  assert.deepEqual(error.suggest, {
    word: "complete\x1b",
    known: ["bare", "constant", "full"],
    synonyms: { complete: "full" },
  });
});

Deno.test("makePlan() calls an option misspelt before another one wrong", async () => {
  const error = await expectMistake(
    { [FILE]: "[A, B]: {plugin: {id: full, life: 99, words: x}}\n" },
    `${FILE}:1:39: full has no option "words"`,
  );
  assert.deepEqual(error.suggest?.synonyms, { words: "text" });
  await expectMistake(
    { [FILE]: "[A, B]: {plugin: {id: full, life: 99}}\n" },
    `${FILE}:1:29: "life" of full must be a whole number`,
  );
});

Deno.test("makePlan() takes an option as not set that a stronger file leaves empty", async () => {
  const weak = "[A, B]: {plugin: {id: full, text: x, free: x}}\n";
  const empty = '[A, B]: {plugin: {id: full, text: "", free: ""}}\n';
  const options = async (contents: Readonly<Record<string, string>>) =>
    (await plan(contents)).steps[0]?.options;
  const none = { other: undefined, who: undefined };
  assert.deepEqual(await options({ "/wev.yml": weak }), { text: "x", free: "x", ...none });
  assert.deepEqual(await options({ [FILE]: empty }), { text: "", free: "", ...none });
  assert.deepEqual(await options({ "/wev.yml": weak, [FILE]: empty }), {
    text: undefined,
    free: "",
    ...none,
  });
  await expectMistake(
    {
      "/wev.yml": "[A, B]: {plugin: {id: full, word: x}}\n",
      [FILE]: empty.replace("text", "word"),
    },
    `${FILE}:1:29: full has no option "word"`,
  );
});

/** What the home directory's file says, what the project's says, and what is wrong with that. */
const GUARDS: Record<string, readonly [own: string, project: string, mistake: string | undefined]> =
  {
    "the same": ["who: ann, text: a", "who: ann, text: a", undefined],
    "other options": ["who: ann", "other2: 1", ':1:29: full has no option "other2"'],
    "another identity": ["who: ann", "who: bob", ':1:29: This differs from "who" of your own'],
    "no identity": ["who: ann", 'who: ""', ':1:29: This differs from "who" of your own'],
    "another text": ["text: a", "text: b", ':1:29: This differs from "text" of your own'],
    "a greater number of an option that is to stay the same": [
      "text: 5",
      "text: 6",
      ':1:29: This differs from "text" of your own',
    ],
    "another text of an option that is no guard's": ["other: a", "life: 1", undefined],
    "an identity where there was an empty one": ['who: ""', "who: bob", undefined],
    "a greater minimum": ["life: 5", "life: 6", undefined],
    "the same minimum": ["life: 5", "life: 5", undefined],
    "the same minimum in other digits": ["life: 5", "life: 05", undefined],
    "a smaller minimum": ["life: 5", "life: 4", ':1:29: This is less than "life" of your own'],
    "no minimum": ["life: 5", 'life: ""', ':1:29: This is less than "life" of your own'],
  };

for (const [what, [own, project, mistake]] of Object.entries(GUARDS)) {
  Deno.test(`makePlan() ${mistake === undefined ? "lets" : "does not let"} a project say ${what}`, async () => {
    const contents = {
      [OWN]: `[A, B]: {plugin: {id: full, ${own}}}\n`,
      [FILE]: `[A, B]: {plugin: {id: full, ${project}}}\n`,
    };
    if (mistake === undefined) await plan(contents);
    else await expectMistake(contents, `${FILE}${mistake}`);
  });
}

Deno.test("makePlan() lets no project take another plugin for a protected variable", async () => {
  const own = (options: string) => `[A, B]: {plugin: {id: full${options}}}\n`;
  const project = "[A, B]: {plugin: {id: bare}}\n";
  await plan({ [OWN]: own(", other: x"), [FILE]: "[A, B]: {plugin: {id: full}}\n" });
  const error = await expectMistake(
    { [OWN]: own(", who: ann"), [FILE]: project },
    `${FILE}:1:19: bare in place of full would drop "who" of your own configuration file (${OWN}:1:29)`,
  );
  assert.match(error.hint ?? "", /^A project can't weaken/);
});

Deno.test("makePlan() lets no project replace a protected variable by way of a text", async () => {
  const variable = (option: string) => `[A, B]: {plugin: {id: full, ${option}}}\n`;
  const between = "/home/ann/project/.wev.yml";
  await expectMistake(
    { [OWN]: variable("who: ann"), [between]: "[A, B]: none\n", [FILE]: variable("life: 1") },
    `${FILE}:1:1: This replaces what weaker files say, and would drop "who" of your own`,
  );
});

Deno.test("makePlan() lets no project switch a protected variable off", async () => {
  const own = (options: string) => ({ [OWN]: `[A, B]: {plugin: {id: full, ${options}}}\n` });
  const off = { [FILE]: "[A, B]:\n" };
  assert.deepEqual((await plan({ ...own("other: x"), ...off })).steps, []);
  assert.deepEqual((await plan({ ...own('who: ""'), ...off })).steps, []);
  assert.deepEqual((await plan({ "/wev.yml": own("who: ann")[OWN]!, ...off })).steps, []);
  const mistake = `${FILE}:1:1: This switches the variable off, and would drop "who" of your own`;
  await expectMistake({ ...own("who: ann"), ...off }, mistake);
  // Which plugin has the option, another file says, or none.
  const withoutId = { [OWN]: "[A, B]: {plugin: {who: ann}}\n" };
  await expectMistake({ ...withoutId, ...off }, mistake);
  await plan({ [OWN]: "[A, B]: {plugin: {id: bare, who: ann}}\n", ...off });
});

Deno.test("makePlan() lets no project set what programs prefer to a protected identity", async () => {
  const own = (options: string) => `[A, B]: {plugin: {id: full${options}}}\n`;
  const rival = "b_rival: {plugin: {id: bare}}\n";
  await plan({ [OWN]: own(""), [FILE]: rival });
  await plan({ [OWN]: own(", text: x"), [FILE]: rival });
  await plan({ [OWN]: `${own(", who: ann")}${rival}` });
  await plan({ [OWN]: own(", who: ann"), [FILE]: "OTHER: {plugin: {id: bare}}\n" });
  await expectMistake(
    { [OWN]: own(", who: ann"), [FILE]: rival },
    `${FILE}:1:1: Programs may prefer b_rival`,
  );
  await expectMistake(
    { [OWN]: own(", who: ann"), [FILE]: `[OTHER, ${rival.replace(":", "]:")}` },
    `${FILE}:1:9: Programs may prefer b_rival to the identity that your own configuration file asks ` +
      `for (${OWN}:1:29)`,
  );
});
