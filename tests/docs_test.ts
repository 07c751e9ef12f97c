/**
 * That the documents name only what exists: files, folders, headings and tasks.
 *
 * @module
 */

import { deepStrictEqual, ok } from "node:assert/strict";
import manifest from "../deno.json" with { type: "json" };

const root = new URL("../", import.meta.url);

/** For users: their paths are those of a user's computer. */
const MANUAL = ["README.md", "CHANGELOG.md", ...markdownIn("docs/")]
  .filter((file) => file !== "docs/architecture.md");

/** For contributors: they also name the files of this repository. */
const FOR_CONTRIBUTORS = [
  "CONTRIBUTING.md",
  "SECURITY.md",
  "docs/architecture.md",
  ...markdownIn("docs/decisions/"),
  ".github/pull_request_template.md",
];

/** A path below the root, in code: a file, or a folder that a path may name. */
const PATH = /^(?:main\.ts|deno\.json|(?:src|tests|tools|docs|\.github|\.ci)(?:\/[\w./-]*)?)$/;

function markdownIn(folder: string): string[] {
  return [...Deno.readDirSync(new URL(folder, root))]
    .map(({ name }) => `${folder}${name}`)
    .filter((path) => path.endsWith(".md"))
    .sort();
}

function read(file: string): string {
  return Deno.readTextFileSync(new URL(file, root));
}

function exists(url: URL): boolean {
  try {
    return Deno.statSync(url) !== undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Returns the text of `file` without the blocks that are code. */
function prose(file: string): string {
  return read(file).replace(/^( *)```[^]*?^\1```$/gm, "");
}

/** Returns the anchors that GitHub gives to the headings of `text`. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) =>
    title!.toLowerCase().replaceAll(/[^\w -]/g, "").replaceAll(" ", "-")
  );
}

for (const file of [...MANUAL, ...FOR_CONTRIBUTORS]) {
  Deno.test(`${file} links to files and headings that exist`, () => {
    const wrong = [...prose(file).matchAll(/\]\(([^)\s]*)\)/g)]
      .map(([, target]) => target!)
      .filter((target) => !/^[a-z]+:/.test(target))
      .filter((target) => {
        const [path = "", anchor] = target.split("#");
        const url = new URL(path, new URL(file, root));
        if (!exists(url)) return true;
        return anchor !== undefined &&
          !anchorsOf(Deno.readTextFileSync(url)).includes(anchor);
      });
    deepStrictEqual(wrong, []);
  });

  Deno.test(`${file} names tasks that exist`, () => {
    const named = [...read(file).matchAll(/\bdeno task ([a-z][\w:-]*)/g)].map(([, name]) => name!);
    deepStrictEqual(named.filter((name) => !(name in manifest.tasks)), []);
  });
}

for (const file of FOR_CONTRIBUTORS) {
  Deno.test(`${file} names paths that exist`, () => {
    // A command may have a path among its words.
    const words = [...prose(file).matchAll(/`([^`]+)`/g)].flatMap(([, code]) => code!.split(" "));
    const paths = words.filter((word) => PATH.test(word));
    deepStrictEqual(paths.filter((path) => !exists(new URL(path, root))), []);
  });

  Deno.test(`${file} leaves nothing to check`, () => {
    ok(!read(file).includes("TODO"), `${file} has a TODO`);
  });
}

/** Returns the code in `folder` as one text, in which texts that go on on the next line are one. */
function codeIn(folder: string): string {
  const texts = [...Deno.readDirSync(new URL(folder, root))].map(({ name, isDirectory }) =>
    isDirectory ? codeIn(`${folder}${name}/`) : read(`${folder}${name}`)
  );
  return texts.join("\n").replaceAll(/["`] \+\s*["`]/g, "").replaceAll('\\"', '"');
}

Deno.test("docs/awsmfa.md quotes messages that wev has", () => {
  const text = read("docs/awsmfa.md");
  const section = text.slice(text.indexOf("| Message"), text.indexOf("## The network"));
  const messages = [...section.matchAll(/^\| (.*?) *\|/gm)].slice(2).map(([, cell]) => cell!)
    .filter((message) => !message.startsWith("AWS: "));
  const code = codeIn("src/");
  // "…" and "N" stand for what differs from case to case.
  const pieces = messages.flatMap((message) => message.split(/ *… *| N (?=seconds)|[()]/))
    .filter((piece) => /[a-z]{3}/.test(piece));
  ok(pieces.length > 20);
  deepStrictEqual(pieces.filter((piece) => !code.includes(piece)), []);
});

Deno.test("CONTRIBUTING.md names all tasks", () => {
  const text = read("CONTRIBUTING.md");
  const missing = Object.keys(manifest.tasks)
    .filter((name) => !new RegExp(`\`deno task ${name}[\` ]`).test(text));
  deepStrictEqual(missing, []);
});

Deno.test("docs/decisions/README.md lists all decisions", () => {
  const listed = [...read("docs/decisions/README.md").matchAll(/\]\((\d{4}-[^)]*)\)/g)]
    .map(([, name]) => `docs/decisions/${name}`);
  const decisions = markdownIn("docs/decisions/").filter((path) => !path.endsWith("/README.md"));
  deepStrictEqual(listed, decisions);
});
