/**
 * The package as JSR has it: only the files that are published, and packages by their full names.
 *
 * @module
 */

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import manifest from "../../deno.json" with { type: "json" };
import { splitFailure } from "../support/failure_line.ts";
import { denoDirectory, Sandbox } from "../support/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Returns the paths of the files that `deno publish` would publish. */
async function publishedFiles(): Promise<string[]> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["publish", "--dry-run", "--allow-dirty", "--no-check"],
    cwd: root,
    env: { NO_COLOR: "1" },
  }).output();
  const shown = new TextDecoder().decode(stderr);
  ok(success, shown);
  const base = new URL("../../", import.meta.url).href;
  return [...shown.matchAll(/^ +(file:\S+) \(/gm)].map(([, url]) => url!.slice(base.length));
}

/** Publishing replaces what the import map stands for: whoever runs the package has no import map. */
function withFullSpecifiers(source: string): string {
  return source.replace(/(\bfrom |\bimport\()"([^".][^":]*)"/g, (whole, before, specifier) => {
    const [name] = Object.keys(manifest.imports)
      .filter((name) => specifier === name || specifier.startsWith(`${name}/`));
    if (name === undefined) return whole;
    const target = manifest.imports[name as keyof typeof manifest.imports];
    return `${before}"${target}${specifier.slice(name.length)}"`;
  });
}

/** Copies the published files to a directory of `sandbox`, and returns it. */
async function publish(sandbox: Sandbox): Promise<string> {
  for (const path of await publishedFiles()) {
    const text = await Deno.readTextFile(`${root}${path}`);
    sandbox.write(`package/${path}`, path.endsWith(".ts") ? withFullSpecifiers(text) : text);
  }
  // Whoever runs the package has no names for packages. Under names that nothing imports they are found
  // as the lock file has them; a registry would have to be asked otherwise.
  const imports = Object.entries(manifest.imports)
    .filter(([, target]) => target.startsWith("npm:"))
    .map(([name, target]) => [`unused/${name}`, target]);
  const configuration = JSON.stringify({ imports: Object.fromEntries(imports) });
  sandbox.write("package/deno.json", configuration);
  await Deno.copyFile(`${root}deno.lock`, `${sandbox.root}/package/deno.lock`);
  return `${sandbox.root}/package`;
}

Deno.test("the package holds the program, and nothing that it does not need", async () => {
  const files = await publishedFiles();
  const others = files.filter((path) => !path.startsWith("src/"));
  deepStrictEqual(others.sort(), ["CHANGELOG.md", "LICENSE", "README.md", "deno.json", "main.ts"]);
  // What is loaded on demand is not found by who looks for literal imports.
  for (const path of ["src/commands/mod.ts", "src/deno/terminal.ts"]) {
    ok(files.includes(path), path);
  }
  deepStrictEqual(files.filter((path) => path.endsWith("_test.ts")), []);
});

Deno.test("the program runs from the files of the package alone", async () => {
  using sandbox = new Sandbox();
  const directory = await publish(sandbox);
  sandbox.write("home/project/wev.yml", "A:\n  plugin:\n    id: wev-echo\n    value: hi\n");
  const run = async (words: readonly string[], env: Record<string, string> = {}) => {
    // Without the network: what is in the lock file is there.
    const options = ["-q", "-A", "--cached-only", "--frozen", "--config", `${directory}/deno.json`];
    const args = ["run", ...options, `${directory}/main.ts`, ...words];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args,
      cwd: sandbox.project,
      clearEnv: true,
      env: sandbox.environment({ DENO_DIR: denoDirectory(), ...env }),
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  };
  deepStrictEqual(await run(["printenv", "A"]), { code: 0, stdout: "hi\n", stderr: "" });

  // The AWS SDK too is there when it is needed: nobody listens on this port.
  const names = "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]";
  sandbox.write("home/project/wev.yml", `${names}:\n  plugin:\n    id: wev-awsmfa\n`);
  const { code, stderr } = await run(["true"], {
    AWS_ACCESS_KEY_ID: "AKIAIOSFODNN7EXAMPLE",
    AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    AWS_ENDPOINT_URL: "http://127.0.0.1:1",
    AWS_MAX_ATTEMPTS: "1",
  });
  strictEqual(code, 125, stderr);
  ok(stderr.startsWith("wev: error: AWS can't be reached"), stderr);

  // Halfway through an update, say: a file is not there.
  Deno.removeSync(`${directory}/src/commands/run.ts`);
  const broken = await run(["true"]);
  strictEqual(broken.code, 125);
  ok(/^wev: error: Cannot load the rest of wev: .*run\.ts/.test(broken.stderr), broken.stderr);
  ok(!/^\s*at /m.test(broken.stderr), broken.stderr);
  const { text, failure } = splitFailure((await run(["--json", "true"])).stderr);
  strictEqual(text, broken.stderr);
  strictEqual(failure?.kind, "internal");
});
