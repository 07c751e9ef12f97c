import assert from "node:assert/strict";
import { MfaSandbox, NAMES } from "../support/mfa_sandbox.ts";

const ACCOUNT = "123456789012";
const OTHER = "999999999999";
const PROFILES = "[profile work]\nregion = us-east-1\n[profile play]\nregion = us-east-1\n";

/** Returns a variable of wev-awsmfa with `options`. */
function variable(options: Readonly<Record<string, string>>, names = NAMES): string {
  const lines = Object.entries(options).map(([name, value]) => `    ${name}: ${value}\n`);
  return `${names}:\n  plugin:\n    id: wev-awsmfa\n${lines.join("")}`;
}

/** A guard of the user's own file, and files of a project that weaken it. */
interface Weakened {
  /** The files of the home directory, by name. */
  readonly own: Readonly<Record<string, string>>;
  /** The files of the project, by name. */
  readonly project: Readonly<Record<string, string>>;
  /** Where the project's part is pointed at: `FILE:LINE:COLUMN` below the project. */
  readonly place: string;
  /** Where the user's own part is, below home. */
  readonly ownPlace: string;
  /** What is said. */
  readonly says: string;
}

const role = { role_arn: `arn:aws:iam::${OTHER}:role/admin` };

const WEAKENED: Record<string, Weakened> = {
  "another account with its role": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: { "wev.yml": variable({ account: OTHER, ...role }) },
    place: "wev.yml:4:5",
    ownPlace: ".wev.yml:4:5",
    says: 'This differs from "account" of your own configuration file',
  },
  "an empty account": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: { "wev.yml": variable({ account: "" }) },
    place: "wev.yml:4:5",
    ownPlace: ".wev.yml:4:5",
    says: 'differs from "account"',
  },
  "another profile": {
    own: { "wev.user.yml": variable({ profile: "work" }) },
    project: { ".wev.user.yml": variable({ profile: "play" }) },
    place: ".wev.user.yml:4:5",
    ownPlace: "wev.user.yml:4:5",
    says: 'differs from "profile"',
  },
  "less life": {
    own: { ".wev.yml": variable({ duration: "43200", min_remaining: "3600" }) },
    project: { "wev.yml": variable({ min_remaining: "3599" }) },
    place: "wev.yml:4:5",
    ownPlace: ".wev.yml:5:5",
    says: 'This is less than "min_remaining"',
  },
  "an empty min_remaining": {
    own: { ".wev.yml": variable({ duration: "43200", min_remaining: "3600" }) },
    project: { "wev.yml": variable({ min_remaining: "" }) },
    place: "wev.yml:4:5",
    ownPlace: ".wev.yml:5:5",
    says: 'less than "min_remaining"',
  },
  "a mapping that text has emptied": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: { ".wev.yml": `${NAMES}: none\n`, "wev.yml": variable(role) },
    place: "wev.yml:1:1",
    ownPlace: ".wev.yml:4:5",
    says: 'This replaces earlier files, and would drop "account"',
  },
  "a plugin that text has emptied": {
    own: { ".wev.yml": variable({ token_command: "[cat, code]" }) },
    project: { ".wev.yml": `${NAMES}:\n  plugin: none\n`, "wev.yml": variable({}) },
    place: "wev.yml:1:1",
    ownPlace: ".wev.yml:4:5",
    says: 'would drop "token_command"',
  },
  "an option that a merge key brings": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: {
      "wev.yml": `__name__: &base {account: "${OTHER}"}\n${NAMES}:\n  plugin: {<<: *base}\n`,
    },
    place: "wev.yml:1:18",
    ownPlace: ".wev.yml:4:5",
    says: 'differs from "account"',
  },
  "a plugin that drops the account": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: {
      ".wev.yml": `${NAMES}: none\n`,
      "wev.yml": `${NAMES}:\n  plugin:\n    id: wev-echo\n    value: AKIA\n`,
    },
    place: "wev.yml:3:5",
    ownPlace: ".wev.yml:4:5",
    says: 'wev-echo in place of wev-awsmfa would drop "account"',
  },
  "the same names in another order": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: {
      "wev.yml": variable(role, "[AWS_SESSION_TOKEN, AWS_SECRET_ACCESS_KEY, AWS_ACCESS_KEY_ID]"),
    },
    place: "wev.yml:1:1",
    ownPlace: ".wev.yml:1:1",
    says: "is set twice",
  },
  "one of the names alone": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: { "wev.yml": "AWS_ACCESS_KEY_ID:\n  plugin: {id: wev-echo, value: AKIA}\n" },
    place: "wev.yml:1:1",
    ownPlace: ".wev.yml:1:1",
    says: "is set twice",
  },
  "a variable that programs prefer": {
    own: { ".wev.yml": variable({ account: ACCOUNT }) },
    project: { "wev.yml": "AWS_PROFILE:\n  plugin: {id: wev-echo, value: play}\n" },
    place: "wev.yml:1:1",
    ownPlace: ".wev.yml:4:5",
    says:
      "Programs may prefer AWS_PROFILE to the identity that your own configuration file requires",
  },
  "the weaker of two files of home": {
    own: { ".wev.yml": variable({ account: OTHER }), "wev.yml": variable({ account: ACCOUNT }) },
    project: { "wev.yml": variable({ account: OTHER }) },
    place: "wev.yml:4:5",
    ownPlace: "wev.yml:4:5",
    says: 'differs from "account"',
  },
};

/** Writes files, for the project at `home/project` or elsewhere. */
function write(mfa: MfaSandbox, { own, project }: Pick<Weakened, "own" | "project">, at: string) {
  Deno.removeSync(mfa.config);
  mfa.sandbox.write("home/.aws/config", PROFILES);
  for (const [name, text] of Object.entries(own)) mfa.sandbox.write(`home/${name}`, text);
  for (const [name, text] of Object.entries(project)) mfa.sandbox.write(`${at}/${name}`, text);
}

for (const [what, weakened] of Object.entries(WEAKENED)) {
  Deno.test(`wev lets no project weaken the user's guard by ${what}`, async () => {
    await using mfa = new MfaSandbox();
    // Below home, and elsewhere.
    for (const at of ["home/project", "elsewhere"]) {
      write(mfa, weakened, at);
      mfa.sandbox.write("home/project/keep", "");
      const cwd = `${mfa.sandbox.root}/${at}`;
      const { code, stdout, stderr } = await mfa.run(undefined, { cwd });
      assert.deepEqual([code, stdout], [125, ""], stderr);
      assert.ok(stderr.startsWith(`wev: error: ${cwd}/${weakened.place}: `), stderr);
      assert.ok(stderr.includes(weakened.says), stderr);
      assert.ok(stderr.includes(`${mfa.sandbox.home}/${weakened.ownPlace}`), stderr);
      assert.deepEqual(mfa.actions, []);
      mfa.sandbox.write("home/project/wev.yml", "");
    }
  });
}

Deno.test("wev lets a project ask for the same, for more, and for what the user did not set", async () => {
  await using mfa = new MfaSandbox();
  const own = { duration: "43200", account: `"${ACCOUNT}"`, min_remaining: "600" };
  write(mfa, {
    own: { ".wev.yml": variable(own) },
    project: { "wev.yml": variable({ account: ACCOUNT, min_remaining: "3600" }) },
  }, "home/project");
  const explained = async () => {
    const { code, stderr, stdout } = await mfa.run(["--explain"]);
    assert.equal(code, 0, stderr);
    return stdout;
  };
  assert.match(await explained(), /Refuses credentials of another account than 123456789012/);
  mfa.sandbox.write("home/.wev.yml", variable({ min_remaining: "600" }));
  mfa.sandbox.write("home/project/wev.yml", variable({ account: OTHER, profile: "play" }));
  assert.match(await explained(), /Takes the access key of the profile "play"/);
  mfa.sandbox.write("home/project/wev.yml", variable({ account: OTHER }));
  assert.match(await explained(), /999999999999/);
});

Deno.test("wev takes the home directory's files for the user's own in the home directory itself", async () => {
  await using mfa = new MfaSandbox();
  write(mfa, {
    own: { ".wev.yml": variable({ account: OTHER }), "wev.yml": variable({ account: ACCOUNT }) },
    project: {},
  }, "home/project");
  const { root, home } = mfa.sandbox;
  Deno.symlinkSync(home, `${root}/link`);
  for (
    const [cwd, HOME] of [[home, home], [`${root}/link`, home], [home, `${root}/link`]] as const
  ) {
    const { code, stdout } = await mfa.run(["--explain"], { cwd, env: { HOME } });
    assert.equal(code, 0);
    assert.match(stdout, /another account than 123456789012/);
  }
});

Deno.test("wev takes a file of home for the user's own by whatever path it is reached", async () => {
  await using mfa = new MfaSandbox();
  write(mfa, { own: {}, project: {} }, "home/project");
  const { root, home } = mfa.sandbox;
  // Dotfiles: the file itself is elsewhere, above the project.
  mfa.sandbox.write(
    "dotfiles/.wev.yml",
    variable({ account: ACCOUNT, token_command: "[no-code]" }),
  );
  Deno.symlinkSync(`${root}/dotfiles/.wev.yml`, `${home}/.wev.yml`);
  mfa.sandbox.write("dotfiles/project/wev.yml", variable({ account: OTHER, ...role }));
  const weak = await mfa.run(undefined, { cwd: `${root}/dotfiles/project` });
  assert.equal(weak.code, 125);
  assert.match(weak.stderr, /differs from "account"/);
  const own = await mfa.run(["--explain"], { cwd: `${root}/dotfiles` });
  assert.equal(own.code, 0, own.stderr);
  // A project's link to the file does not make it the project's.
  mfa.sandbox.write("elsewhere/wev.yml", variable({ account: OTHER, ...role }));
  Deno.symlinkSync(`${home}/.wev.yml`, `${root}/elsewhere/.wev.yml`);
  const linked = await mfa.run(undefined, { cwd: `${root}/elsewhere` });
  assert.equal(linked.code, 125);
  assert.match(linked.stderr, /differs from "account"/);
  assert.deepEqual(mfa.actions, []);
});

Deno.test("wev checks whose token_command it is when it runs it, not when the plan was kept", async () => {
  await using mfa = new MfaSandbox();
  const { root } = mfa.sandbox;
  Deno.removeSync(mfa.config);
  const program = mfa.sandbox.write("code.sh", `#!/bin/sh\ntouch ${root}/ran\necho 123456\n`);
  Deno.chmodSync(program, 0o755);
  mfa.sandbox.write("first/.wev.yml", variable({ token_command: `["${program}"]` }));
  mfa.sandbox.write("first/project/keep", "");
  mfa.sandbox.write("second/keep", "");
  Deno.symlinkSync(`${root}/first`, `${root}/now`);
  const env = { HOME: `${root}/now`, XDG_CACHE_HOME: `${root}/cache` };
  const run = () => mfa.run(undefined, { cwd: `${root}/first/project`, env });
  // The code is wrong, so nothing but the plan is kept.
  assert.equal((await run()).code, 125);
  Deno.removeSync(`${root}/ran`);
  Deno.removeSync(`${root}/now`);
  Deno.symlinkSync(`${root}/second`, `${root}/now`);
  const { code, stderr } = await run();
  assert.equal(code, 125);
  assert.match(
    stderr,
    /first\/\.wev\.yml:4:5: .*is allowed only in a configuration file of the home/,
  );
  assert.throws(() => Deno.statSync(`${root}/ran`), Deno.errors.NotFound);
});
