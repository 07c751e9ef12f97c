import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../", import.meta.url));

/** A module imports only what stands on a line above its own, or in its own folder. */
const ORDER = [
  ["errors", "runtime", "version"],
  ["paths", "pause", "logger", "times", "standard_output", "value_form"],
  ["aws", "config", "programs"],
  ["plugin"],
  ["keyring"],
  ["cache"],
  ["questions"],
  ["plan"],
  ["plugins"],
  ["engine"],
  ["run"],
  ["export"],
  ["cli"],
  ["session"],
  ["commands"],
  ["app"],
];

/** The modules that others load on demand, by names that Deno does not see. */
const ON_DEMAND = [...sources("src")].flatMap((path) =>
  [...Deno.readTextFileSync(`${root}${path}`).matchAll(/import\(\s*\["([^"]+)"\]\.join\(\)/g)]
    .map(([, specifier = ""]) => new URL(specifier, `file:///${path}`).pathname.slice(1))
);

/** Where a program may begin: the command line, what it loads on demand, and what is published. */
const ENTRIES = [...new Set(["main.ts", ...ON_DEMAND, "src/plugin/mod.ts"])];

/** What one module says of another. */
interface Dependency {
  readonly specifier: string;
  readonly isDynamic?: boolean;
  readonly code?: { readonly specifier?: string };
  readonly type?: { readonly specifier?: string };
}

/** A module in `deno info --json`. */
interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly Dependency[];
}

/** Returns all modules that `entry` may load, by path below the root or by package. */
async function modulesOf(entry: string): Promise<Map<string, readonly Dependency[]>> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", `${root}${entry}`],
    cwd: root,
    stderr: "null",
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as { modules: Module[] };
  return new Map(
    modules.map(({ specifier, dependencies = [] }) => [name(specifier), dependencies]),
  );
}

/** Returns the path of a module below the root, or the name of its package. */
function name(specifier: string): string {
  const base = new URL("../", import.meta.url).href;
  return specifier.startsWith(base) ? specifier.slice(base.length) : specifier;
}

const graphs = await Promise.all(ENTRIES.map(modulesOf));
const modules = new Map(
  graphs.flatMap((graph) => [...graph]).filter(([path]) => /^(?:main\.ts|src\/)/.test(path)),
);

function targets(dependency: Dependency): string[] {
  const found = [dependency.code?.specifier, dependency.type?.specifier];
  return found.filter((specifier) => specifier !== undefined).map(name);
}

/** Returns what is loaded with `entries` at once: what they import, and not on demand. */
function loadedWith(...entries: string[]): Set<string> {
  const loaded = new Set(entries);
  for (const path of loaded) {
    for (const { isDynamic, code, specifier } of modules.get(path) ?? []) {
      if (!isDynamic && code !== undefined) loaded.add(name(code.specifier ?? specifier));
    }
  }
  return loaded;
}

/** Returns the folder of a module in `src`, or its name where it is in none. */
function partOf(path: string): string {
  return path.slice("src/".length).split("/")[0]!.replace(/\.ts$/, "");
}

function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(`${root}${folder}`)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/** Returns the code of a module, without comments. */
function codeOf(path: string): string {
  return Deno.readTextFileSync(`${root}${path}`).replace(/\/\*.*?\*\/|(?<=^|\s)\/\/[^\n]*/gs, "");
}

Deno.test("each module imports only what stands above it", () => {
  const rank = (part: string) => ORDER.findIndex((parts) => parts.includes(part));
  const wrong: string[] = [];
  for (const [path, dependencies] of modules) {
    const part = partOf(path);
    for (const target of dependencies.flatMap(targets)) {
      if (!target.startsWith("src/") || partOf(target) === part || path === "main.ts") continue;
      const isRight = part === "deno"
        ? target === "src/runtime.ts"
        : rank(part) >= 0 && rank(partOf(target)) >= 0 && rank(partOf(target)) < rank(part);
      if (!isRight) wrong.push(`${path} imports ${target}`);
    }
  }
  assert.deepEqual(wrong, []);
});

Deno.test("plugins import errors, forms of values, the contract and what is known of AWS, and nothing else of wev", () => {
  const wrong = [...modules].filter(([path]) => path.startsWith("src/plugins/"))
    .flatMap(([path, dependencies]) =>
      dependencies.flatMap(targets)
        .filter((target) =>
          target.startsWith("src/") &&
          !["plugins", "plugin", "errors", "value_form", "aws"].includes(partOf(target))
        )
        .map((target) => `${path} imports ${target}`)
    );
  assert.deepEqual(wrong, []);
});

Deno.test("main.ts imports the command line and the real runtime, which nobody else does", () => {
  assert.deepEqual(modules.get("main.ts")?.flatMap(targets), [
    "src/app.ts",
    "src/deno/runtime.ts",
  ]);
});

Deno.test("every module is of use to the program", () => {
  assert.deepEqual([...sources("src")].filter((path) => !modules.has(path)), []);
});

Deno.test("only main.ts and the real runtime touch Deno, and only main.ts exits", () => {
  const outside = [...sources("src")].filter((path) => !path.startsWith("src/deno/"));
  assert.deepEqual(outside.filter((path) => /\bDeno\.\w/.test(codeOf(path))), []);
  const exits = ["main.ts", ...sources("src")].filter((path) =>
    /\b(?:Deno|process)\.exit\b/.test(codeOf(path))
  );
  assert.deepEqual(exits, ["main.ts"]);
});

Deno.test("a run with everything cached loads no package and no YAML, plugin, prompt or help", () => {
  const loaded = [...loadedWith("main.ts")];
  assert.deepEqual(loaded.filter((path) => !/^(?:main\.ts|src\/)/.test(path)), []);
  assert.deepEqual(
    loaded.filter((path) =>
      /^src\/(?:plugins?|run)\/|prompt|parse|commands|help|explain/.test(path)
    ),
    [],
  );
});

Deno.test("a run that resolves nothing loads no plugin and nothing of AWS", () => {
  const loaded = [...loadedWith("main.ts", "src/commands/mod.ts", "src/commands/run.ts")];
  assert.deepEqual(loaded.filter((path) => /^src\/plugins\/(?!mod\.ts)/.test(path)), []);
  assert.deepEqual(loaded.filter((path) => /aws|smithy/.test(path)), []);
});

Deno.test("a plugin loads nothing of AWS's SDK before it makes a request", () => {
  // Nor one that asks, until the question stands.
  const explained = ["mod", "explain", "kept_values", "source", "resolve"]
    .map((name) => `src/plugins/aws_mfa/${name}.ts`);
  const isSdk = (path: string) => /aws-sdk|smithy/.test(path);
  assert.deepEqual([...loadedWith(...explained, "src/plugins/echo.ts")].filter(isSdk), []);
  assert.ok([...loadedWith("src/plugins/aws_mfa/requests.ts")].some(isSdk));
});

Deno.test("no module imports itself by way of others, not even for a type", () => {
  assert.deepEqual(cycles(), []);
});

/** Returns a way from a module back to itself for each cycle of imports. */
function cycles(): string[] {
  const found: string[] = [];
  const finished = new Set<string>();
  const visit = (path: string, way: readonly string[]): void => {
    const start = way.indexOf(path);
    if (start >= 0) found.push([...way.slice(start), path].join(" → "));
    if (start >= 0 || finished.has(path)) return;
    const dependencies = modules.get(path) ?? [];
    for (const target of new Set(dependencies.flatMap(targets))) visit(target, [...way, path]);
    finished.add(path);
  };
  for (const path of modules.keys()) visit(path, []);
  return found;
}
