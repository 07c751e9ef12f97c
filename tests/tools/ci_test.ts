/**
 * The last line of `.ci/run`, whose steps are played by a stand-in for npx.
 *
 * @module
 */

import { ok, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { Sandbox } from "../support/program.ts";

const script = fileURLToPath(new URL("../../.ci/run", import.meta.url));

/** What the stand-in for Deno prints, by the words after `task`, and the status that it ends with. */
type Steps = Readonly<Record<string, { readonly prints: string; readonly status?: number }>>;

const GOOD: Steps = {
  "ok:static": { prints: "Checked 3 files" },
  // A test ran tests of its own; the colours are there as for a stranger.
  "test": {
    prints: "ok | 3 passed | 4 failed (1s)\n\x1b[0m\x1b[32mok\x1b[0m | 20 passed | 0 failed (2s)",
  },
  "ok:test": { prints: "ok | 9 passed | 0 failed (1s)\nCoverage: 80 %" },
  "compile": { prints: "dist/wev" },
  "e2e": { prints: "ok | 10 passed (2 steps) | 0 failed | 1 ignored (5s)" },
  "release:dry-run": { prints: "all of it" },
};

/** Runs `.ci/run` on a machine of its own, and returns its last line and its exit status. */
async function run(steps: Steps) {
  using sandbox = new Sandbox();
  const directory = `${sandbox.root}/clone`;
  sandbox.write("clone/.ci/run", await Deno.readTextFile(script));
  const cases = Object.entries(steps).map(([name, { prints, status = 0 }]) => {
    const file = sandbox.write(`steps/${name}`, `${prints}\n`);
    return `  *" task ${name}") cat "${file}"; exit ${status} ;;\n`;
  });
  const programs = {
    npx: `case " $*" in\n${cases.join("")}esac\n`,
    npm: "echo https://npm.example.com\n",
    // Nothing is installed.
    "apt-get": "exit 100\n",
    sudo: "exit 1\n",
  };
  for (const [name, text] of Object.entries(programs)) {
    Deno.chmodSync(sandbox.write(`bin/${name}`, `#!/bin/sh\n${text}`), 0o755);
  }
  const { code, stdout } = await new Deno.Command("bash", {
    args: [`${directory}/.ci/run`],
    clearEnv: true,
    env: { PATH: `${sandbox.root}/bin:${Deno.env.get("PATH")}`, HOME: sandbox.home },
    stdin: "null",
  }).output();
  const shown = new TextDecoder().decode(stdout);
  return { code, shown, last: shown.trimEnd().split("\n").at(-1) };
}

function test(name: string, fn: () => Promise<void>): void {
  Deno.test({ name: `.ci/run ${name}`, ignore: Deno.build.os === "windows", fn });
}

test("counts the tests of each step once", async () => {
  const { code, shown, last } = await run(GOOD);
  strictEqual(last, "30 passed, 0 failed", shown);
  strictEqual(code, 0);
});

test("counts a step that fails without a test, beside the tests that fail", async () => {
  const { code, shown, last } = await run({
    ...GOOD,
    "ok:static": { prints: "error: not formatted", status: 1 },
    "e2e": { prints: "FAILED | 8 passed | 2 failed (5s)", status: 1 },
  });
  strictEqual(last, "28 passed, 3 failed", shown);
  strictEqual(code, 1);
});

test("says plainly that nothing can be compiled, and that this is a failure", async () => {
  const { code, shown, last } = await run({
    ...GOOD,
    "compile": { prints: "error: Connection refused", status: 1 },
  });
  ok(shown.includes("The program can't be compiled without that runtime"), shown);
  strictEqual(last, "20 passed, 1 failed", shown);
  strictEqual(code, 1);
});
