/**
 * The installers, against a local server that has a release.
 *
 * @module
 */

import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { executableName, TARGETS } from "../../tools/release/targets.ts";
import { hasProgram } from "../support/has_program.ts";
import { Sandbox } from "../support/program.ts";
import { ReleaseServer } from "../support/release_server.ts";

const script = fileURLToPath(new URL("../../install.sh", import.meta.url));
const powershellScript = fileURLToPath(new URL("../../install.ps1", import.meta.url));
const windows = Deno.build.os === "windows";

/** Stands in for every executable: the installer only asks it for its version. */
const PROGRAM = '#!/bin/sh\n[ "$*" = --version ] && echo "wev 0.1.0 (stand-in)"\n';

/** As the one above, of the version before. */
const BEFORE = '#!/bin/sh\necho "wev 0.0.9 (stand-in)"\n';

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex();
}

/** Returns a release with every executable, and one that is not as SHA256SUMS has it. */
async function release(content = PROGRAM): Promise<ReleaseServer> {
  const names = TARGETS.map(executableName);
  const sum = await sha256(PROGRAM);
  return new ReleaseServer("0.1.0", {
    ...Object.fromEntries(names.map((name) => [name, content])),
    SHA256SUMS: names.map((name) => `${sum}  ${name}\n`).join(""),
  });
}

/** How an installer is run. */
interface InstallOptions {
  readonly shell?: readonly string[];
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs install.sh in `sandbox`; whatever it downloads, it says on standard error. */
async function install(sandbox: Sandbox, server: ReleaseServer, options: InstallOptions = {}) {
  const { shell = ["sh", script], args = [], env = {} } = options;
  const [program = "", ...words] = [...shell, ...args];
  const { code, stdout, stderr } = await new Deno.Command(program, {
    args: words,
    cwd: sandbox.project,
    clearEnv: true,
    env: sandbox.environment({ WEV_DOWNLOAD_BASE: server.base, ...env }),
  }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

function filesIn(directory: string): string[] {
  return [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
}

function test(name: string, run: (sandbox: Sandbox) => Promise<void>): void {
  Deno.test({
    name: `install.sh ${name}`,
    ignore: windows,
    async fn() {
      using sandbox = new Sandbox();
      await run(sandbox);
    },
  });
}

test("puts the latest wev into ~/.local/bin and says so", async (sandbox) => {
  await using server = await release();
  const { code, stdout, stderr } = await install(sandbox, server);
  strictEqual(code, 0, stderr);
  strictEqual(stdout, "");
  const bin = `${sandbox.home}/.local/bin`;
  match(stderr, /Downloading http:\S+\/latest\/download\/wev-\S+\n/);
  match(stderr, /SHA-256 is right: [0-9a-f]{64}\n/);
  match(stderr, new RegExp(`Installed ${bin}/wev: wev 0\\.1\\.0 \\(stand-in\\)\n`));
  match(stderr, new RegExp(`put ${bin} on your PATH`));
  deepStrictEqual(filesIn(bin), ["wev"]);
  strictEqual((await Deno.stat(`${bin}/wev`)).mode! & 0o777, 0o755);
  strictEqual(await Deno.readTextFile(`${bin}/wev`), PROGRAM);
});

test("installs the version and the directory that are named", async (sandbox) => {
  await using server = await release();
  for (const version of ["0.1.0", "v0.1.0"]) {
    const directory = `${sandbox.root}/a path/bin`;
    const PATH = `${directory}:${Deno.env.get("PATH")}`;
    const env = { WEV_VERSION: version, PATH };
    const { code, stderr } = await install(sandbox, server, { args: [directory], env });
    strictEqual(code, 0, stderr);
    deepStrictEqual(filesIn(directory), ["wev"]);
    strictEqual(stderr.includes("on your PATH"), false, stderr);
  }
  strictEqual(server.paths.every((path) => path.startsWith("/releases/download/v0.1.0/")), true);
});

for (const target of TARGETS) {
  test(`takes the executable for ${target}`, async (sandbox) => {
    await using server = await release();
    const { code, stderr } = await install(sandbox, server, { env: { WEV_TARGET: target } });
    strictEqual(code, 0, stderr);
    strictEqual(server.paths.at(-1)?.endsWith(`/${executableName(target)}`), true);
    const name = target.includes("windows") ? "wev.exe" : "wev";
    deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), [name]);
  });
}

/** What uname says, and the target it means; `undefined` for none. */
const MACHINES: Readonly<Record<string, string | undefined>> = {
  "Linux x86_64": "x86_64-unknown-linux-gnu",
  "Linux aarch64": "aarch64-unknown-linux-gnu",
  "Darwin x86_64": "x86_64-apple-darwin",
  "Darwin arm64": "aarch64-apple-darwin",
  "MINGW64_NT-10.0-26100 x86_64": "x86_64-pc-windows-msvc",
  "Linux riscv64": undefined,
  "FreeBSD amd64": undefined,
};

for (const [machine, target] of Object.entries(MACHINES)) {
  test(`on ${machine} ${target === undefined ? "refuses" : `finds ${target}`}`, async (sandbox) => {
    await using server = await release();
    const [system, processor] = machine.split(" ");
    const uname = `#!/bin/sh\n[ "$1" = -s ] && echo ${system} || echo ${processor}\n`;
    Deno.chmodSync(sandbox.write("bin/uname", uname), 0o755);
    const PATH = `${sandbox.root}/bin:${Deno.env.get("PATH")}`;
    const { code, stderr } = await install(sandbox, server, { env: { PATH } });
    strictEqual(code, target === undefined ? 1 : 0, stderr);
    if (target === undefined) {
      match(stderr, /^wev install: There is no executable for \S+\. With Deno, wev runs as:/);
      deepStrictEqual(server.paths, []);
    } else strictEqual(stderr.includes(`/wev-${target}`), true, stderr);
  });
}

test("refuses what is not as SHA256SUMS has it, and keeps what was there", async (sandbox) => {
  await using server = await release(`${PROGRAM}echo evil\n`);
  Deno.chmodSync(sandbox.write("home/.local/bin/wev", BEFORE), 0o755);
  const { code, stderr } = await install(sandbox, server);
  strictEqual(code, 1);
  match(stderr, /The SHA-256 of wev-\S+ is [0-9a-f]{64}, and must be [0-9a-f]{64}: nothing is/);
  deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), ["wev"]);
  const kept = await Deno.readTextFile(`${sandbox.home}/.local/bin/wev`);
  strictEqual(kept, BEFORE);
});

test("refuses what SHA256SUMS does not name", async (sandbox) => {
  await using server = new ReleaseServer("0.1.0", {
    ...Object.fromEntries(TARGETS.map((target) => [executableName(target), PROGRAM])),
    SHA256SUMS: `${await sha256(PROGRAM)}  another\n`,
  });
  const { code, stderr } = await install(sandbox, server);
  strictEqual(code, 1);
  match(stderr, /SHA256SUMS has no line for wev-\S+: nothing is installed\n$/);
});

test("says which download failed", async (sandbox) => {
  await using server = new ReleaseServer("0.1.0", {});
  const { code, stderr } = await install(sandbox, server, { env: { WEV_VERSION: "9.9.9" } });
  strictEqual(code, 1);
  match(
    stderr,
    /Cannot download http:\S+\/download\/v9\.9\.9\/SHA256SUMS\n$/,
  );
});

test("downloads from another machine by HTTPS only", async (sandbox) => {
  await using server = await release();
  const port = new URL(server.base).port;
  for (
    const base of [
      "http://example.com/releases",
      `http://127.0.0.1:${port}@example.com/releases`,
      `http://127.0.0.1.example.com:${port}/releases`,
      "http://127.0.0.1:/releases",
      "ftp://127.0.0.1:1/releases",
      "file:///tmp/releases",
    ]
  ) {
    const { code, stderr } = await install(sandbox, server, { env: { WEV_DOWNLOAD_BASE: base } });
    strictEqual(code, 1);
    match(stderr, /^wev install: WEV_DOWNLOAD_BASE must begin with https:\/\//);
  }
  deepStrictEqual(filesIn(sandbox.home), ["project"]);
  // What curl is told of a download by HTTPS.
  const curl = '#!/bin/sh\necho "curl $*" >&2\nexit 1\n';
  Deno.chmodSync(sandbox.write("bin/curl", curl), 0o755);
  const PATH = `${sandbox.root}/bin:${Deno.env.get("PATH")}`;
  const env = { PATH, WEV_DOWNLOAD_BASE: "https://example.com/releases" };
  const { stderr } = await install(sandbox, server, { env });
  match(stderr, /^curl --proto =https --tlsv1\.2 .*https:\/\/example\.com\/releases\//m);
});

/** Puts something in the way of `~/.local/bin/wev`, by the words that say what it is. */
const OBSTACLES: Readonly<Record<string, (path: string) => void>> = {
  "a directory": (path) => Deno.mkdirSync(path),
  "a link to a directory": (path) => {
    Deno.mkdirSync(`${path}-target`);
    Deno.symlinkSync(`${path}-target`, path);
  },
  "a pipe": (path) => void new Deno.Command("mkfifo", { args: [path] }).outputSync(),
};

for (const [what, put] of Object.entries(OBSTACLES)) {
  test(`changes nothing where ${what} is in the way`, async (sandbox) => {
    await using server = await release();
    const bin = `${sandbox.home}/.local/bin`;
    Deno.mkdirSync(bin, { recursive: true });
    put(`${bin}/wev`);
    const before = filesIn(bin);
    const { code, stderr } = await install(sandbox, server);
    strictEqual(code, 1);
    match(stderr, new RegExp(`^wev install: ${bin}/wev is in the way, and is no file: nothing is`));
    deepStrictEqual(filesIn(bin), before);
    deepStrictEqual(before.length === 2 ? filesIn(`${bin}/wev-target`) : [], []);
    deepStrictEqual(server.paths, []);
  });
}

/** Programs that are called wev and are not, by what they are; and the words that say how to remove them. */
const OTHERS: Readonly<Record<string, readonly [content: string, said: string]>> = {
  "Python's wev": [
    "#!/usr/bin/env python3\nimport sys\nfrom wev.cli import main\nsys.exit(main())\n",
    "is Python's wev: nothing is installed. Remove it first: python3 -m pip uninstall wev wev-awsmfa\n",
  ],
  "Python's wev whose Python is gone": [
    "#!/nowhere/bin/python3\nimport sys\n",
    "is Python's wev: nothing is installed. Remove it first: pip uninstall wev wev-awsmfa, or, since its",
  ],
  "Python's wev of pyenv": [
    '#!/usr/bin/env bash\nset -e\n[ -n "$PYENV_DEBUG" ] && set -x\nexec "/x/libexec/pyenv" exec wev "$@"\n',
    "is Python's wev: nothing is installed. Remove it first: pip uninstall wev wev-awsmfa\n",
  ],
  "Python's wev with a long path": [
    "#!/bin/sh\n'''exec' \"/a path/bin/python3.12\" \"$0\" \"$@\"\n' '''\nimport sys\n",
    "is Python's wev: nothing is installed. Remove it first: pip uninstall wev wev-awsmfa, or, since its",
  ],
  "Python's wev of pipx": [
    "#!/home/ann/.local/share/pipx/venvs/wev/bin/python\n",
    "is Python's wev: nothing is installed. Remove it first: pipx uninstall wev\n",
  ],
  "Python's wev of uv": [
    "#!/home/ann/.local/share/uv/tools/wev/bin/python3\n",
    "is Python's wev: nothing is installed. Remove it first: uv tool uninstall wev\n",
  ],
  "another program": [
    '#!/bin/sh\necho "Wayland events"\n',
    "is in the way, and is another program: nothing is installed. Move it, or name another directory",
  ],
  "a note": [
    "wev 0.1.0\n",
    "is in the way, and is another program: nothing is installed. Move it, or name another directory",
  ],
};

for (const [what, [content, said]] of Object.entries(OTHERS)) {
  test(`changes nothing where ${what} is in the way, and says how to remove it`, async (sandbox) => {
    await using server = await release();
    const bin = `${sandbox.home}/.local/bin`;
    const path = sandbox.write("home/.local/bin/wev", content);
    if (content.startsWith("#!")) Deno.chmodSync(path, 0o755);
    const { code, stderr } = await install(sandbox, server);
    strictEqual(code, 1, stderr);
    strictEqual(stderr.startsWith(`wev install: ${path} ${said}`), true, stderr);
    deepStrictEqual([filesIn(bin), Deno.readTextFileSync(path)], [["wev"], content]);
    // As pipx has it: a link to the script.
    Deno.renameSync(path, `${sandbox.root}/script`);
    Deno.symlinkSync(`${sandbox.root}/script`, path);
    const linked = await install(sandbox, server);
    strictEqual(linked.stderr, stderr);
    strictEqual(Deno.lstatSync(path).isSymlink, true);
    deepStrictEqual(server.paths, []);
  });
}

test("tells of each wev that a shell finds first, and how to remove it", async (sandbox) => {
  await using server = await release();
  const bin = `${sandbox.home}/.local/bin`;
  const contents = [
    "#!/home/ann/.local/pipx/venvs/wev/bin/python\n",
    BEFORE,
    '#!/bin/sh\necho "Wayland events"\n',
    PROGRAM,
  ];
  for (const [at, content] of contents.entries()) {
    Deno.chmodSync(sandbox.write(`bin${at}/wev`, content), 0o755);
  }
  const places = [0, 1, 2].map((at) => `${sandbox.root}/bin${at}`);
  const PATH = [...places, bin, `${sandbox.root}/bin3`, Deno.env.get("PATH")].join(":");
  const { code, stderr } = await install(sandbox, server, { env: { PATH } });
  strictEqual(code, 0, stderr);
  const said = stderr.split("\n").filter((line) => line.includes("A shell finds"));
  deepStrictEqual(said, [
    `wev install: A shell finds another wev first, ${places[0]}/wev (Python's). ` +
    "Remove it: pipx uninstall wev",
    `wev install: A shell finds another wev first, ${places[1]}/wev (another copy). ` +
    `Remove it: rm '${places[1]}/wev'`,
    `wev install: A shell finds another wev first, ${places[2]}/wev (another program). ` +
    `Put ${bin} before ${places[2]} on your PATH`,
  ]);
  strictEqual(Deno.readTextFileSync(`${bin}/wev`), PROGRAM);
});

test("replaces a link, and not what it leads to", async (sandbox) => {
  await using server = await release();
  const bin = `${sandbox.home}/.local/bin`;
  const other = sandbox.write("other", BEFORE);
  Deno.chmodSync(other, 0o755);
  for (const target of [other, `${sandbox.root}/nothing`]) {
    Deno.mkdirSync(bin, { recursive: true });
    Deno.removeSync(bin, { recursive: true });
    Deno.mkdirSync(bin);
    Deno.symlinkSync(target, `${bin}/wev`);
    const { code, stderr } = await install(sandbox, server);
    strictEqual(code, 0, stderr);
    strictEqual(Deno.lstatSync(`${bin}/wev`).isFile, true);
  }
  strictEqual(Deno.readTextFileSync(other), BEFORE);
  deepStrictEqual(filesIn(sandbox.root), ["home", "other"]);
});

Deno.test({
  name:
    "install.sh says plainly that it may not write to the directory, or replace another's file " +
    "(administrator)",
  ignore: Deno.uid() !== 0 || !hasProgram("setpriv"),
  async fn() {
    using sandbox = new Sandbox();
    await using server = await release();
    // The script is read by whoever may read it.
    Deno.chmodSync(sandbox.root, 0o755);
    const copy = sandbox.write("install.sh", await Deno.readTextFile(script));
    const user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "sh", copy];
    const bin = `${sandbox.root}/bin`;
    Deno.mkdirSync(bin);
    const refused = await install(sandbox, server, { shell: user, args: [bin] });
    deepStrictEqual([refused.code, refused.stderr], [
      1,
      `wev install: Cannot write to ${bin}\n`,
    ]);
    Deno.chmodSync(bin, 0o777);
    sandbox.write("bin/wev", "of the administrator");
    const foreign = await install(sandbox, server, { shell: user, args: [bin] });
    strictEqual(foreign.code, 1);
    match(foreign.stderr, /bin\/wev belongs to another user: nothing is installed/);
    deepStrictEqual(filesIn(bin), ["wev"]);
    strictEqual(Deno.readTextFileSync(`${bin}/wev`), "of the administrator");
  },
});

test("leaves nothing half installed where the download breaks off", async (sandbox) => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answer = async () => {
    for await (const connection of listener) {
      await connection.read(new Uint8Array(4096));
      const head = "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\nConnection: close\r\n\r\n";
      await connection.write(new TextEncoder().encode(`${head}half of it`));
      connection.close();
    }
  };
  const answered = answer().catch(() => {});
  await using server = await release();
  const WEV_DOWNLOAD_BASE = `http://127.0.0.1:${listener.addr.port}/releases`;
  const { code, stderr } = await install(sandbox, server, { env: { WEV_DOWNLOAD_BASE } });
  strictEqual(code, 1);
  match(stderr, /Cannot download http:\S+\/SHA256SUMS\n$/);
  deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), []);
  listener.close();
  await answered;
});

test("works in several runs at once", async (sandbox) => {
  await using server = await release();
  const runs = await Promise.all([1, 2, 3, 4].map(() => install(sandbox, server)));
  for (const { code, stderr } of runs) strictEqual(code, 0, stderr);
  deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), ["wev"]);
});

/** What gh does, and what the installer says of it; it installs where that is no refusal. */
const GH: readonly (readonly [name: string, gh: string, said: RegExp, code: number])[] = [
  ["is not there", "", /Not checked who made it: that takes gh/, 0],
  ["is too old", "exit 1", /Not checked who made it: this gh is too old/, 0],
  ["is not logged in", '[ "$1" = attestation ]', /Not checked who made it: gh is not logged in/, 0],
  ["knows who made it", "exit 0", /It was made by the release workflow of x\/wev/, 0],
  [
    "knows of no release that made it",
    'case "$*" in *--help | "auth token"*) ;; *) exit 1 ;; esac',
    /Not known to be made by the release of wev: nothing is installed\n$/,
    1,
  ],
];

for (const [name, gh, said, expected] of GH) {
  test(`checks the attestation, or says why not, where gh ${name}`, async (sandbox) => {
    await using server = await release();
    if (gh !== "") Deno.chmodSync(sandbox.write("bin/gh", `#!/bin/sh\n${gh}\n`), 0o755);
    else if (hasProgram("gh")) return;
    const PATH = `${sandbox.root}/bin:${Deno.env.get("PATH")}`;
    const { code, stderr } = await install(sandbox, server, { env: { PATH } });
    strictEqual(code, expected, stderr);
    match(stderr, said);
    deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), expected === 0 ? ["wev"] : []);
  });
}

test("does nothing where the download of the script breaks off", async (sandbox) => {
  await using server = await release();
  const text = await Deno.readTextFile(script);
  const half = sandbox.write("half.sh", text.slice(0, text.indexOf("# At the end")));
  const { code } = await install(sandbox, server, { shell: ["sh", half] });
  deepStrictEqual({ code, paths: server.paths }, { code: 0, paths: [] });
});

Deno.test({
  name: "install.ps1 installs wev, and refuses what is not as SHA256SUMS has it (PowerShell)",
  ignore: !hasProgram("pwsh"),
  async fn() {
    using sandbox = new Sandbox();
    await using server = await release();
    const shell = ["pwsh", "-NoProfile", "-File", powershellScript];
    const good = await install(sandbox, server, { shell });
    strictEqual(good.code, 0, good.stderr);
    deepStrictEqual(filesIn(`${sandbox.home}/.local/bin`), ["wev"]);
    await using evil = await release(`${PROGRAM}evil`);
    strictEqual((await install(sandbox, evil, { shell })).code, 1);
  },
});

for (const [name, path] of [["install.sh", script], ["install.ps1", powershellScript]] as const) {
  Deno.test(`${name} knows every target`, async () => {
    const text = await Deno.readTextFile(path);
    for (const target of TARGETS) strictEqual(text.includes(target), true, target);
  });
}
