/**
 * What a command notices of wev, on every path: nothing, beside the same command run plainly.
 */

import assert from "node:assert/strict";
import {
  BECOME,
  execute,
  quote,
  RUN_PATHS,
  SPAWN,
  SPAWN_WITHOUT_LIBC,
} from "../support/run_paths.ts";

const ignore = Deno.build.os !== "linux";

async function inTemporaryDirectory(use: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await use(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

async function writeFile(path: string, text: string, mode: number): Promise<void> {
  await Deno.writeTextFile(path, text);
  await Deno.chmod(path, mode);
}

/** Runs `script` in a shell that stays the parent, in which `run` runs what follows with `prefix`. */
function inShell(script: string, prefix: readonly string[]): ReturnType<typeof execute> {
  return execute(["bash", "-c", `run() { ${quote(prefix)} "$@"; }\n${script}\nexit $?`]);
}

for (const { name, prefix } of RUN_PATHS) {
  const test = (what: string, fn: () => Promise<void>) =>
    Deno.test({ name: `${name}: ${what}`, ignore, fn });

  test("the command's exit code is returned", async () => {
    assert.equal((await execute([...prefix, "sh", "-c", "exit 0"])).code, 0);
    assert.equal((await execute([...prefix, "sh", "-c", "exit 255"])).code, 255);
  });

  test("arguments arrive as they are", async () => {
    const args = ["", " ", "a b", "-x", "--", "$HOME", "\n", "é😀", "'\""];
    const { stdout } = await execute([...prefix, "printf", "%s\\0", ...args]);
    assert.deepEqual(stdout.split("\0").slice(0, -1), args);
  });

  test("variables are set, removed and left alone", async () => {
    const env = { KEPT: "kept", CHANGED: "old", REMOVED: "x", EMPTY: "y" };
    const changes = ["CHANGED=new=é😀", "-u", "REMOVED", "-u", "NEVER_SET", "EMPTY=", "ADDED=1"];
    const { stdout } = await execute([...prefix, ...changes, "env"], { env });
    const lines = stdout.split("\n");
    for (const line of ["KEPT=kept", "CHANGED=new=é😀", "EMPTY=", "ADDED=1"]) {
      assert(lines.includes(line), line);
    }
    assert.doesNotMatch(stdout, /REMOVED|NEVER_SET/);
  });

  test("a variable that is not UTF-8 is removed and replaced like any", async () => {
    const script =
      "export A=$'\\xff' B=$'\\xff' C=$'\\xff'; run -u A B=set env | grep -a '^[ABC]=' | sort | od -An -c";
    const { stdout } = await inShell(script, prefix);
    assert.equal(stdout.replace(/\s+/g, ""), "B=set\\nC=377\\n");
  });

  test("no other variable differs, not even one that is not UTF-8", async () => {
    const script = (command: string) =>
      `export BAD=$'x\\xff\\xfey' _=; env $'N\\xffM=z' ${command} | sort | od -An -tx1`;
    const environment = (prefix: readonly string[]) => `${quote(prefix)} sh -c 'unset _; env'`;
    const plain = await inShell(script(environment([])), []);
    const run = await inShell(script(environment(prefix)), []);
    const strip = (dump: string) => {
      const text = dump.replace(/\s+/g, "");
      return text.replace(/5745565f535041574e3d310a/, "");
    };
    assert.match(strip(run.stdout), /4241443d78fffe79/);
    assert.equal(strip(run.stdout), strip(plain.stdout));
  });

  test("the streams are the caller's", async () => {
    const { code, stdout, stderr } = await inShell(
      "printf 'in\\n' | run sh -c 'cat; echo err >&2; exit 3' | cat; exit ${PIPESTATUS[1]}",
      prefix,
    );
    assert.deepEqual({ code, stdout, stderr }, { code: 3, stdout: "in\n", stderr: "err\n" });
  });

  test("a command that nobody reads ends by SIGPIPE", async () => {
    const { stdout } = await inShell("run yes | head -n 1; echo ${PIPESTATUS[0]}", prefix);
    assert.equal(stdout, "y\n141\n");
  });

  test("no descriptor is open that was not, and none is non-blocking", async () => {
    const script = "run sh -c 'grep -H flags /proc/$$/fdinfo/*' 5</dev/null | sed 's,.*/,,' | cat";
    const { stdout } = await inShell(script, prefix);
    assert.match(stdout, /^0:flags/);
    assert.equal(stdout, (await inShell(script, [])).stdout);
  });

  test("no signal is ignored or blocked that was not, and those that were still are", async () => {
    for (
      const trap of [
        "",
        "trap '' HUP INT USR1;",
        "trap '' QUIT TERM;",
        "trap '' TSTP TTIN TTOU CONT;",
      ]
    ) {
      // glibc itself ignores signals 32 and 33 in what it spawns, and catches 33 for its threads.
      const withoutItsOwn = "sed -E 's/[0-9a-f](.{8})$/_\\1/; s/[0-9a-f](.{7})$/_\\1/'";
      const script = `${trap} run grep -E 'Sig(Blk|Ign|Cgt)' /proc/self/status | ${withoutItsOwn}`;
      const plain = await inShell(script, []);
      assert.match(plain.stdout, /SigIgn/);
      assert.equal((await inShell(script, prefix)).stdout, plain.stdout, trap);
    }
  });

  test("limits, niceness, umask, directory, group and session are the caller's", async () => {
    // Deno raises the limit of open files, and without libc nothing lowers it.
    const files = name === SPAWN_WITHOUT_LIBC.name ? "" : "ulimit -S -n 777;";
    const limits = files === "" ? "| grep -v files" : "";
    const show = `cat /proc/self/limits ${limits}; nice; umask; pwd; ps -o sid= -p $$`;
    const script = `ulimit -S -c 0; ${files} umask 027; cd /usr; nice -n 3 ${
      quote(prefix)
    } sh -c '${show}'`;
    const [run, plain] = await Promise.all([
      inShell(script, []),
      inShell(script.replace(quote(prefix), ""), []),
    ]);
    assert.match(plain.stdout, /\n\d+\n0027\n\/usr\n/);
    assert.equal(run.stdout, plain.stdout);
  });

  test("a command that a signal ends is seen to end by it", async () => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGKILL", "SIGPIPE", "SIGUSR1"]) {
      const script = `kill -${signal.slice(3)} $$`;
      assert.equal((await execute([...prefix, "sh", "-c", script])).signal, signal);
    }
  });

  test("a command that dumps its core is seen to, or exits with 128 and more", async () => {
    for (const [signal, number] of [["SIGQUIT", 3], ["SIGSEGV", 11], ["SIGABRT", 6]] as const) {
      const script = `ulimit -c 0; kill -${signal.slice(3)} $$`;
      const result = await execute([...prefix, "sh", "-c", script]);
      assert.equal(result.code, 128 + number);
      assert.equal(result.signal, name === SPAWN_WITHOUT_LIBC.name ? null : signal);
    }
  });

  test("a command that a real-time signal ends exits with 128 and more", async () => {
    const { stdout } = await inShell("run sh -c 'kill -40 $$'; echo $?", prefix);
    assert.equal(stdout, "168\n");
  });

  test("what can't be found or executed has the statuses of env(1)", async () => {
    await inTemporaryDirectory(async (directory) => {
      await writeFile(`${directory}/plain`, "echo", 0o644);
      await writeFile(`${directory}/orphan`, "#!/no/such/interpreter\n", 0o755);
      await Deno.mkdir(`${directory}/folder`);
      await Deno.symlink("nowhere", `${directory}/dangling`);
      await Deno.symlink("loop", `${directory}/loop`);
      const env = { PATH: `${directory}:${directory}/plain:${Deno.env.get("PATH") ?? ""}` };
      const files = ["plain", "orphan", "folder", "dangling", "loop", "absent", "plain/x"];
      for (const command of ["", ...files, ...files.map((file) => `${directory}/${file}`)]) {
        const options = { env, cwd: directory };
        const expected = await execute(["env", command], options);
        const result = await execute([...prefix, command], options);
        assert.equal(result.code, expected.code, command);
        assert.match(result.stderr, /^wev: Cannot (find|execute) /);
        assert.equal(result.stdout, "");
      }
    });
  });

  test("too many arguments are a clear 126", async () => {
    assert.equal((await execute([...prefix, "LONG*100000", "true"])).code, 0);
    const long = await execute([...prefix, "LONG*200000", "true"]);
    assert.equal(long.code, 126);
    assert.match(long.stderr, /longer than the system allows/);
  });

  test("a script without a shebang is run by the shell", async () => {
    await inTemporaryDirectory(async (directory) => {
      await writeFile(`${directory}/script`, 'echo "$0 $1 $A"\nexit 9\n', 0o755);
      const { code, stdout } = await execute([...prefix, "A=set", `${directory}/script`, "x y"]);
      assert.deepEqual({ code, stdout }, { code: 9, stdout: `${directory}/script x y set\n` });
    });
  });

  test("the PATH that the command gets is searched", async () => {
    await inTemporaryDirectory(async (directory) => {
      await writeFile(`${directory}/uname`, "#!/bin/sh\necho mine\n", 0o755);
      const { stdout } = await execute([...prefix, `PATH=${directory}`, "uname"]);
      assert.equal(stdout, "mine\n");
      assert.notEqual((await execute([...prefix, "-u", "PATH", "uname"])).stdout, "mine\n");
    });
  });
}

Deno.test({
  name: "become: arguments that are not UTF-8 arrive as they are",
  // Deno 2.7 refuses to start with them.
  ignore: ignore || Deno.version.deno.startsWith("2.7."),
  async fn() {
    const { stdout } = await inShell(
      "run printf '%s|' $'a\\xffb' $'\\xef\\xbf\\xbd' c | od -An -tx1",
      [
        ...BECOME.prefix,
      ],
    );
    assert.equal(stdout.trim(), "61 ff 62 7c ef bf bd 7c 63 7c");
  },
});

Deno.test({
  name: "spawn: arguments that are not UTF-8 are refused, and U+FFFD is not",
  // Deno 2.7 refuses to start with them.
  ignore: ignore || Deno.version.deno.startsWith("2.7."),
  async fn() {
    const odd = await inShell("run printf '%s|' $'a\\xffb' c", SPAWN.prefix);
    assert.deepEqual(odd, {
      code: 125,
      signal: null,
      stdout: "",
      stderr: "wev: Cannot run the command as a child: argument 2 is not UTF-8\n",
    });
    const { stdout } = await inShell("run printf '%s|' $'\\xef\\xbf\\xbd' c", SPAWN.prefix);
    assert.equal(stdout, "\ufffd|c|");
  },
});

Deno.test({
  name: "spawn: WEV_SPAWN stays in the environment",
  ignore,
  async fn() {
    const env = { WEV_SPAWN: "1" };
    assert.equal(
      (await execute([...BECOME.prefix, "printenv", "WEV_SPAWN"], { env })).stdout,
      "1\n",
    );
  },
});
