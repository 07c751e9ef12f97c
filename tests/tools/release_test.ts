/**
 * What a release is made of, from given digests and texts.
 *
 * @module
 */

import { deepStrictEqual, match, ok, rejects, strictEqual, throws } from "node:assert/strict";
import { OPTIONS } from "../../src/cli/options.ts";
import { builtinPlugins } from "../../src/plugins/mod.ts";
import { changelogSection } from "../../tools/release/changelog.ts";
import { homebrewFormula } from "../../tools/release/homebrew.ts";
import { targetsNamedIn } from "../../tools/release/known_targets.ts";
import { dependencies, formatDependencies } from "../../tools/release/licences.ts";
import { manualPage } from "../../tools/release/manual_page.ts";
import { wev } from "../../tools/release/package.ts";
import { scoopManifest } from "../../tools/release/scoop.ts";
import { checkOnMain, checkTag } from "../../tools/release/tag.ts";
import { executableName, TARGETS } from "../../tools/release/targets.ts";
import { hasProgram } from "../support/has_program.ts";
import { Sandbox } from "../support/program.ts";

/** A digest for each target: no two are the same. */
const SUMS = new Map(
  TARGETS.map((target, index) => [executableName(target), String(index).repeat(64)]),
);

const CHANGELOG = `# Changelog

## Unreleased

- next

## [1.2.3] - 2026-01-31

### Added

- this

## 1.2.30

- another
`;

Deno.test("changelogSection() returns what stands under the version", () => {
  strictEqual(changelogSection(CHANGELOG, "1.2.3"), "### Added\n\n- this\n");
  strictEqual(changelogSection(CHANGELOG, "1.2.30"), "- another\n");
  strictEqual(changelogSection(CHANGELOG, "Unreleased"), "- next\n");
});

Deno.test("changelogSection() returns undefined for a version that it does not have", () => {
  strictEqual(changelogSection(CHANGELOG, "1.2"), undefined);
});

Deno.test("checkTag() takes the tag of the version, and no other", () => {
  checkTag("v1.2.3", "1.2.3");
  throws(() => checkTag("1.2.3", "1.2.3"), /^Error: The tag is 1\.2\.3, but/);
  throws(() => checkTag("v1.2.4", "1.2.3"), /the version in deno\.json is 1\.2\.3: v1\.2\.3$/);
});

Deno.test({
  name: "checkOnMain() takes a commit of main, and no other (git)",
  ignore: !hasProgram("git"),
  async fn() {
    using sandbox = new Sandbox();
    const [origin, clone] = [`${sandbox.root}/origin`, `${sandbox.root}/clone`];
    const git = (...args: string[]) => {
      const { success, stderr } = new Deno.Command("git", {
        args: ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args],
        cwd: sandbox.root,
        env: { HOME: sandbox.home, GIT_CONFIG_NOSYSTEM: "1" },
      }).outputSync();
      ok(success, new TextDecoder().decode(stderr));
    };
    git("init", "-q", "-b", "main", origin);
    git("-C", origin, "commit", "-q", "--allow-empty", "-m", "one");
    git("-C", origin, "commit", "-q", "--allow-empty", "-m", "two");
    git("clone", "-q", origin, clone);
    await checkOnMain(clone);
    git("-C", clone, "checkout", "-q", "HEAD^");
    await checkOnMain(clone);
    git("-C", clone, "commit", "-q", "--allow-empty", "-m", "never reviewed");
    await rejects(checkOnMain(clone), /^Error: The tag is not on main$/);
    git("-C", clone, "update-ref", "-d", "refs/remotes/origin/main");
    await rejects(checkOnMain(clone), /^Error: The tag is not on main, or that can't be told: /);
  },
});

Deno.test("targetsNamedIn() returns what Deno names in its refusal", () => {
  const text = "possible values: x86_64-unknown-linux-gnu, aarch64-apple-darwin";
  deepStrictEqual(targetsNamedIn(text), ["x86_64-unknown-linux-gnu", "aarch64-apple-darwin"]);
});

Deno.test("homebrewFormula() has each executable of macOS and Linux with its digest", () => {
  const formula = homebrewFormula(wev, SUMS);
  const found = [...formula.matchAll(/on_(\w+) do\n\s+url "(.*)"\n\s+sha256 "(\d)\d{63}"/g)];
  const url = (target: string) => `${wev.downloads}/wev-${target}`;
  deepStrictEqual(found.map(([, processor, url, digit]) => [processor, url, digit]), [
    ["arm", url("aarch64-apple-darwin"), "3"],
    ["intel", url("x86_64-apple-darwin"), "2"],
    ["arm", url("aarch64-unknown-linux-gnu"), "1"],
    ["intel", url("x86_64-unknown-linux-gnu"), "0"],
  ]);
});

Deno.test({
  name: "homebrewFormula() is Ruby (ruby)",
  ignore: !hasProgram("ruby"),
  async fn() {
    using sandbox = new Sandbox();
    const file = sandbox.write("wev.rb", homebrewFormula(wev, SUMS));
    const { success } = await new Deno.Command("ruby", { args: ["-c", file] }).output();
    ok(success);
  },
});

Deno.test("homebrewFormula() fails without an executable", () => {
  throws(() => homebrewFormula(wev, new Map()), /^Error: There is no executable for Homebrew$/);
});

Deno.test("scoopManifest() has each executable of Windows with its digest", () => {
  const { version, architecture, bin } = JSON.parse(scoopManifest(wev, SUMS));
  const url = (target: string) => `${wev.downloads}/wev-${target}.exe#/wev.exe`;
  deepStrictEqual({ version, architecture, bin }, {
    version: wev.version,
    architecture: {
      "64bit": { url: url("x86_64-pc-windows-msvc"), hash: "4".repeat(64) },
      arm64: { url: url("aarch64-pc-windows-msvc"), hash: "5".repeat(64) },
    },
    bin: "wev.exe",
  });
});

/** Writes a package where `dependencies()` looks for it. */
function addPackage(sandbox: Sandbox, name: string, manifest: Record<string, string>): void {
  const folder = `node_modules/.deno/${name.replace("/", "+")}@1.0.0/node_modules/${name}`;
  sandbox.write(`${folder}/package.json`, JSON.stringify(manifest));
  sandbox.write(`${folder}/LICENSE`, `The licence of ${name}\n`);
}

const LOCK = JSON.stringify({ npm: { "@a/one@1.0.0_peer@2.0.0": {}, "two@1.0.0": {} } });
const MODULES = ["dist/packages/node_modules/.deno/@a+one@1.0.0/node_modules/@a/one/index.js"];

Deno.test("dependencies() returns name, version and licence, and what is in the executable", async () => {
  using sandbox = new Sandbox();
  addPackage(sandbox, "@a/one", { license: "MIT" });
  addPackage(sandbox, "two", { license: "ISC" });
  const source = { packages: sandbox.root, lock: LOCK, modules: MODULES };
  const found = await dependencies(source);
  deepStrictEqual(
    found.map(({ name, version, licence, isShipped }) => [name, version, licence, isShipped]),
    [
      ["@a/one", "1.0.0", "MIT", true],
      ["two", "1.0.0", "ISC", false],
    ],
  );
  const text = formatDependencies(found, "2.9.6");
  match(text, /^In the executable\n=+\n\nDeno 2\.9\.6: .*\n@a\/one 1\.0\.0: MIT\n\nOnly to make/);
  ok(text.includes("The licence of @a/one") && !text.includes("The licence of two"));
});

Deno.test("dependencies() fails for a package without a licence", async () => {
  using sandbox = new Sandbox();
  addPackage(sandbox, "@a/one", {});
  const source = { packages: sandbox.root, lock: LOCK, modules: MODULES };
  await rejects(dependencies(source), /^Error: @a\/one names no licence$/);
});

async function page(): Promise<string> {
  const plugins = await Promise.all([...builtinPlugins.values()].map((load) => load()));
  return manualPage({ version: "1.2.3", options: OPTIONS, plugins });
}

Deno.test({
  name: "manualPage() is right roff, and shows every option (groff)",
  ignore: !hasProgram("groff"),
  async fn() {
    using sandbox = new Sandbox();
    const file = sandbox.write("wev.1", await page());
    const { stdout, stderr } = await new Deno.Command("groff", {
      args: ["-man", "-Tascii", "-P-cbou", "-ww", "-rLL=200n", file],
    }).output();
    strictEqual(new TextDecoder().decode(stderr), "");
    const shown = new TextDecoder().decode(stdout);
    for (const { name, summary } of OPTIONS) {
      ok(shown.includes(name), name);
      ok(shown.replaceAll(/\s+/g, " ").includes(summary), summary);
    }
    for (const load of builtinPlugins.values()) {
      const { id, options } = (await load()).manifest;
      ok(shown.includes(id));
      for (const name of Object.keys(options)) ok(shown.includes(name), name);
    }
  },
});
