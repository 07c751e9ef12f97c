/**
 * What a run with everything cached may load and touch. Each line costs every run: who adds one has to
 * mean it.
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { startLocalAws } from "../support/aws/mod.ts";
import { Sandbox, wevCommand } from "../support/program.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

const MODULES = [
  "main.ts",
  "src/app.ts",
  "src/cache/entry.ts",
  "src/cache/layout.ts",
  "src/config/read_if_safe.ts",
  "src/deno/become.ts",
  "src/deno/files.ts",
  "src/deno/libc.ts",
  "src/deno/runtime.ts",
  "src/engine/cached.ts",
  "src/engine/environment.ts",
  "src/engine/nesting.ts",
  "src/paths.ts",
  "src/plan/kept_plan.ts",
  "src/version.ts",
];

/** Returns the modules that Deno reads when it starts wev from source, types left out. */
async function modulesAtStart(): Promise<string[]> {
  const { stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", "main.ts"],
    cwd: root,
  }).output();
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: {
      local: string;
      dependencies?: { code?: { specifier: string } }[];
      specifier: string;
    }[];
  };
  const bySpecifier = new Map(modules.map((module) => [module.specifier, module]));
  const found = new Set<string>();
  const visit = (specifier: string) => {
    if (found.has(specifier)) return;
    found.add(specifier);
    for (const { code } of bySpecifier.get(specifier)?.dependencies ?? []) {
      if (code !== undefined) visit(code.specifier);
    }
  };
  const base = new URL("../../", import.meta.url).href;
  visit(`${base}main.ts`);
  return [...found].map((specifier) => specifier.replace(base, "")).sort();
}

Deno.test("wev loads these modules and no others when everything is cached", async () => {
  assert.deepEqual(await modulesAtStart(), MODULES);
});

function hasStrace(): boolean {
  try {
    return new Deno.Command("strace", { args: ["-V"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

for (
  const args of [["true"], ["--check"], ["--check", "--min-remaining", "60"]]
) {
  Deno.test({
    name: `wev ${
      args.join(" ")
    } touches these files and no others when everything is cached (strace)`,
    ignore: !hasStrace(),
    fn: () => checkFilesTouched(args),
  });
}

async function checkFilesTouched(args: readonly string[]): Promise<void> {
  await using aws = startLocalAws();
  const user = aws.addUser({ name: "ann" });
  using box = new Sandbox();
  box.write(
    "home/.wev.yml",
    "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:\n" +
      "  plugin:\n    id: wev-awsmfa\n    duration: 900\n",
  );
  const env = aws.environment(user.accessKey);
  await using first = box.start(["true"], { env });
  await first.waitFor("Token: ");
  await first.type(`${user.device.code()}\r`);
  assert.equal(await first.end(), 0);
  aws.clearRequests();

  const log = `${box.root}/strace.log`;
  const run = await box.run(args, { env, before: ["strace", "-f", "-o", log] });
  assert.deepEqual(run, { code: 0, stdout: "", stderr: "" });
  const calls = (await Deno.readTextFile(log)).split("\n");
  // Deno resolves links by itself before it opens a file. The rest of a call that another thread
  // interrupted has what the system answered, a path of a link too.
  const home = calls.filter((call) =>
    call.includes(`"${box.home}`) && !/(?:execve|readlink)\(| resumed>/.test(call)
  );
  const touched = home.map((call) => {
    const [, name = "", path = ""] = /(\w+)\([^"]*"([^"]*)"/.exec(call) ?? [];
    const write = /O_(?:WRONLY|RDWR|CREAT)|^(?:mkdir|rename|unlink|chmod|fchmod)/.test(
      `${name} ${call}`,
    );
    return `${write ? "writes" : "reads"} ${
      path.replace(box.home, "~").replace(/[0-9a-f]{16,}/, "HASH")
    }`;
  }).filter((line) => !line.endsWith("/.npmrc") && !line.includes("deno"));
  assert.deepEqual([...new Set(touched)].sort(), [
    "reads ~",
    "reads ~/.aws/config",
    "reads ~/.aws/credentials",
    "reads ~/.cache",
    "reads ~/.cache/wev",
    "reads ~/.cache/wev/HASH.json",
    "reads ~/.cache/wev/plans/HASH.json",
    "reads ~/.wev.yml",
    "reads ~/project",
  ]);
  assert.deepEqual(
    calls.filter((call) => / (?:connect|flock)\(/.test(call)),
    [],
  );
  assert.deepEqual(aws.requests, []);
}

Deno.test({
  name: "wev loads nothing more for --json when everything is cached (strace)",
  ignore: !hasStrace() || Deno.env.has("WEV_BIN"),
  async fn() {
    using box = new Sandbox();
    box.write("home/project/wev.yml", "A: {plugin: {id: wev-echo, value: hi}}\n");
    const log = `${box.root}/strace.log`;
    const before = ["strace", "-f", "-e", "trace=open,openat", "-s", "500", "-o", log];
    await box.run(["true"]);
    const loadsRest = async (args: readonly string[]) => {
      assert.deepEqual(await box.run(args, { before }), { code: 0, stdout: "hi\n", stderr: "" });
      return (await Deno.readTextFile(log)).includes("commands/run.ts");
    };
    assert.equal(await loadsRest(["--json", "printenv", "A"]), false);
    assert.equal(await loadsRest(["--log-level=info", "printenv", "A"]), true);
  },
});

Deno.test("wev keeps its process when it becomes the command", async () => {
  using box = new Sandbox();
  const child = new Deno.Command("sh", {
    args: ["-c", 'echo $$; exec "$@"', "sh", ...wevCommand(), "sh", "-c", "echo $$"],
    cwd: box.project,
    clearEnv: true,
    env: box.environment(),
  });
  const [before, after] = new TextDecoder().decode((await child.output()).stdout).split("\n");
  assert.equal(before, after);
});
