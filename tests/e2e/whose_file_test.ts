/** Whose configuration wev reads: its user's and root's, and nothing that others may write. */

import assert from "node:assert/strict";
import { type RunResult, Sandbox } from "../support/program.ts";

const IS_ROOT = Deno.uid() === 0;
const USER = Deno.uid() ?? 0;
/** Neither root nor, most probably, the user who runs the tests. */
const OTHER = 54_321;
const OTHER_GROUP = 54_322;
const ECHO = ["sh", "-c", 'echo "got $A"'];
const TEXT = "A:\n  plugin:\n    id: wev-echo\n    value: hello\n";

/** A project with one configuration file, whose plan has been kept. */
async function kept(): Promise<{ box: Sandbox; file: string }> {
  const box = new Sandbox();
  const file = box.write("home/project/wev.yml", TEXT);
  assertReads(await box.run(ECHO));
  assertReads(await box.run(ECHO));
  return { box, file };
}

function assertReads({ code, stdout, stderr }: RunResult): void {
  assert.deepEqual([code, stdout, stderr], [0, "got hello\n", ""]);
}

function assertRefuses({ code, stdout, stderr }: RunResult, says: RegExp): void {
  assert.deepEqual([code, stdout], [125, ""], stderr);
  assert.match(stderr, /^wev: error: \/.*\.yml:1:1: .*\n( {2}.*\n)+$/);
  assert.match(stderr, says);
}

/** A change after the plan was kept, what is said, and whether it takes root. */
interface Case {
  readonly change: (box: Sandbox, file: string) => void;
  readonly says?: RegExp;
  readonly root?: true;
  readonly env?: (box: Sandbox) => Record<string, string>;
}

const CASES: Record<string, Case> = {
  "may be written by everybody": {
    change: (_, file) => Deno.chmodSync(file, 0o646),
    says:
      /The configuration may be written by everybody\n {2}Check it, then run: chmod go-w \S+wev\.yml\n/,
  },
  "may be written by its user's own group": {
    root: true,
    change(_, file) {
      Deno.chownSync(file, USER, USER);
      Deno.chmodSync(file, 0o664);
    },
  },
  "may be written by another group": {
    root: true,
    change(_, file) {
      Deno.chownSync(file, USER, OTHER_GROUP);
      Deno.chmodSync(file, 0o664);
    },
    says: /may be written by the group 54322\n {2}Check it, then run: chmod g-w /,
  },
  "may be read by everybody and written by nobody": {
    change: (_, file) => Deno.chmodSync(file, 0o444),
  },
  "belongs to another user": {
    root: true,
    change: (_, file) => Deno.chownSync(file, OTHER, OTHER),
    says: /belongs to another user \(54321\)\n {2}If you trust it, run: sudo chown 0 \S+wev\.yml\n/,
  },
  "belongs to the user who called sudo": {
    root: true,
    change(_, file) {
      Deno.chownSync(file, OTHER, OTHER);
      Deno.chmodSync(file, 0o664);
    },
    env: () => ({ SUDO_UID: `${OTHER}` }),
  },
  "belongs to another user than the one who called sudo": {
    root: true,
    change: (_, file) => Deno.chownSync(file, OTHER, OTHER),
    env: () => ({ SUDO_UID: `${OTHER_GROUP}` }),
    says: /belongs to another user/,
  },
  "lies in a directory of the user's that everybody may write": {
    change: ({ project }) => Deno.chmodSync(project, 0o777),
  },
  "lies in a directory of another user's that everybody may write": {
    root: true,
    change({ project }) {
      Deno.chownSync(project, OTHER, OTHER);
      Deno.chmodSync(project, 0o1777);
    },
    says: /lies in a directory that everybody may write\n {2}Move it .* chmod o-w \S+project\n/,
  },
  "lies in a directory of another user's": {
    root: true,
    change({ project }) {
      Deno.chownSync(project, OTHER, OTHER);
      Deno.chmodSync(project, 0o755);
    },
  },
  "lies below a directory that everybody may write": {
    root: true,
    change({ home }) {
      Deno.chownSync(home, OTHER, OTHER);
      Deno.chmodSync(home, 0o777);
    },
  },
  "is another user's in a trusted directory": {
    root: true,
    change: (_, file) => Deno.chownSync(file, OTHER, OTHER),
    env: ({ home }) => ({ WEV_TRUSTED_DIRECTORIES: `/nowhere::relative:${home}` }),
  },
  "is another user's in a directory that is called by a link to a trusted one": {
    root: true,
    change({ home, project }, file) {
      Deno.chownSync(file, OTHER, OTHER);
      Deno.symlinkSync(project, `${home}/trusted`);
    },
    env: ({ home }) => ({ WEV_TRUSTED_DIRECTORIES: `${home}/trusted/` }),
  },
  "is another user's beside a trusted directory": {
    root: true,
    change({ project }, file) {
      Deno.chownSync(file, OTHER, OTHER);
      Deno.mkdirSync(project.slice(0, -1));
    },
    env: ({ project }) => ({ WEV_TRUSTED_DIRECTORIES: project.slice(0, -1) }),
    says: /belongs to another user/,
  },
  "may be written by everybody in a trusted directory": {
    change: (_, file) => Deno.chmodSync(file, 0o666),
    env: () => ({ WEV_TRUSTED_DIRECTORIES: "/" }),
    says: /may be written by everybody/,
  },
  "is a link to a file like it": {
    change({ home }, file) {
      Deno.renameSync(file, `${home}/target.yml`);
      Deno.symlinkSync("../target.yml", file);
    },
  },
  "is a link to a file that everybody may write": {
    change({ home }, file) {
      Deno.renameSync(file, `${home}/target.yml`);
      Deno.chmodSync(`${home}/target.yml`, 0o666);
      Deno.symlinkSync("../target.yml", file);
    },
    says: /target\.yml, where the configuration leads, may be written by everybody\n.*chmod go-w /,
  },
  "is a link to another user's file": {
    root: true,
    change({ home }, file) {
      Deno.renameSync(file, `${home}/target.yml`);
      Deno.chownSync(`${home}/target.yml`, OTHER, OTHER);
      Deno.symlinkSync("../target.yml", file);
    },
    says: /target\.yml, where the configuration leads, belongs to another user/,
  },
  "is a link of another user's": {
    root: true,
    change({ home }, file) {
      Deno.renameSync(file, `${home}/target.yml`);
      Deno.symlinkSync("../target.yml", file);
      new Deno.Command("chown", { args: ["-h", `${OTHER}`, file] }).outputSync();
    },
    says: /The symbolic link belongs to another user \(54321\)\n.*sudo chown -h 0 /,
  },
  "is a link over a link of another user's": {
    root: true,
    change({ home }, file) {
      Deno.renameSync(file, `${home}/target.yml`);
      Deno.symlinkSync("target.yml", `${home}/between`);
      Deno.symlinkSync("../between", file);
      new Deno.Command("chown", { args: ["-h", `${OTHER}`, `${home}/between`] }).outputSync();
    },
    says: /The symbolic link \S+between belongs to another user/,
  },
  "is a link to a file in a directory that everybody may write": {
    root: true,
    change({ home, root }, file) {
      Deno.mkdirSync(`${root}/public`);
      Deno.renameSync(file, `${root}/public/target.yml`);
      Deno.symlinkSync(`${root}/public/target.yml`, file);
      Deno.chownSync(`${root}/public`, OTHER, OTHER);
      Deno.chmodSync(`${root}/public`, 0o1777);
      Deno.chmodSync(home, 0o700);
    },
    says: /target\.yml, .* lies in a directory that everybody may write/,
  },
  "is one link of too many": {
    change({ home }, file) {
      Deno.renameSync(file, `${home}/0`);
      for (let number = 0; number < 45; number++) {
        Deno.symlinkSync(`${number}`, `${home}/${number + 1}`);
      }
      Deno.symlinkSync("../45", file);
    },
    says: /leads through too many links\n {2}Remove it: rm /,
  },
};

for (const [what, { change, says, root, env }] of Object.entries(CASES)) {
  Deno.test({
    name: `wev ${
      says === undefined ? "reads" : "refuses"
    } a file that ${what}, with a kept plan too${root ? " (root)" : ""}`,
    ignore: Deno.build.os === "windows" || (root === true && !IS_ROOT),
    async fn() {
      const { box, file } = await kept();
      using _box = box;
      change(box, file);
      const options = env === undefined ? {} : { env: env(box) };
      for (let run = 0; run < 2; run++) {
        const result = await box.run(ECHO, options);
        if (says === undefined) assertReads(result);
        else assertRefuses(result, says);
      }
      const { code } = await box.run(["--explain"], options);
      assert.equal(code, says === undefined ? 0 : 1);
      // Without a plan it is the same.
      Deno.removeSync(box.cache, { recursive: true });
      const result = await box.run(ECHO, options);
      if (says === undefined) assertReads(result);
      else assertRefuses(result, says);
    },
  });
}

Deno.test("wev takes a link in the home directory for its user's own file", async () => {
  using box = new Sandbox();
  box.write(
    "home/dotfiles/wev.yml",
    "[X, Y, Z]:\n  plugin:\n    id: wev-awsmfa\n    token_command: [phone]\n",
  );
  Deno.symlinkSync("dotfiles/wev.yml", `${box.home}/.wev.yml`);
  const { code, stderr } = await box.run(["--explain"]);
  assert.equal(code, 0, stderr);
});

Deno.test("wev refuses what it is told to run in a name with a quote and control characters", async () => {
  using box = new Sandbox();
  const directory = `${box.home}/it's \x1b[2J`;
  Deno.chmodSync(box.write(`${directory}/wev.yml`, TEXT), 0o666);
  const { code, stderr } = await box.run(ECHO, { cwd: directory });
  assert.equal(code, 125);
  assert.ok(stderr.includes(`chmod go-w '${box.home}/it'\\''s \\x1b[2J/wev.yml'`), stderr);
});
