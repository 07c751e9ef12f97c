import assert from "node:assert/strict";

const MODULE = new URL("../../src/deno/local_time.ts", import.meta.url).href;
const CONFIG = new URL("../../deno.json", import.meta.url).pathname;

/** What two instants, in winter and in summer, are in the zone of `TZ`. */
async function told(
  TZ: string | undefined,
  { permissions = ["-P", `--config=${CONFIG}`], env = {} } = {},
) {
  const code = `import { localTime } from ${JSON.stringify(MODULE)};
    const local = localTime();
    for (const time of ["2026-11-25T13:03:07Z", "2026-07-25T13:03:07Z"]) {
      const { date, time: t, seconds, zone } = local(new Date(time));
      console.log(date, t + ":" + seconds, zone);
    }`;
  using file = temporaryFile(code);
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--no-prompt", "--no-check", ...permissions, file.path],
    clearEnv: true,
    env: {
      ...pick("HOME", "PATH", "DENO_DIR"),
      DENO_NO_UPDATE_CHECK: "1",
      ...(TZ === undefined ? {} : { TZ }),
      ...env,
    },
  }).output();
  const decoder = new TextDecoder();
  assert.equal(decoder.decode(stderr), "");
  return decoder.decode(stdout).trimEnd().split("\n");
}

function temporaryFile(text: string): Disposable & { readonly path: string } {
  const path = Deno.makeTempFileSync({ suffix: ".ts" });
  Deno.writeTextFileSync(path, text);
  return { path, [Symbol.dispose]: () => Deno.removeSync(path) };
}

function pick(...names: string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = Deno.env.get(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

/** The same by date(1). */
async function toldByDate(TZ: string | undefined): Promise<string[]> {
  const lines = [];
  for (const time of ["2026-11-25T13:03:07Z", "2026-07-25T13:03:07Z"]) {
    const { stdout } = await new Deno.Command("date", {
      args: ["-d", time, "+%F %T %Z"],
      clearEnv: true,
      env: { ...pick("PATH"), LC_ALL: "C", ...(TZ === undefined ? {} : { TZ }) },
    }).output();
    lines.push(new TextDecoder().decode(stdout).trimEnd());
  }
  return lines;
}

const IS_GNU = Deno.build.os === "linux" &&
  new TextDecoder().decode(
    new Deno.Command("date", { args: ["--version"], stderr: "null" }).outputSync().stdout,
  ).includes("GNU");

for (
  const TZ of [
    undefined,
    "",
    "UTC",
    "Europe/Berlin",
    ":Europe/Berlin",
    "America/New_York",
    "Asia/Tokyo",
    "CET-1CEST,M3.5.0,M10.5.0/3",
    "XYZ5",
    ":/etc/localtime",
  ]
) {
  Deno.test({
    name: `localTime() tells what date(1) tells with TZ=${TZ ?? "(unset)"}`,
    ignore: !IS_GNU,
    async fn() {
      assert.deepEqual(await told(TZ), await toldByDate(TZ));
    },
  });
}

for (
  const [TZ, winter] of [
    ["Asia/Kathmandu", "2026-11-25 18:48:07 +05:45"],
    ["America/Sao_Paulo", "2026-11-25 10:03:07 -03:00"],
    ["Foo/Bar", "2026-11-25 13:03:07 UTC"],
    ["\u{1f980}", "2026-11-25 13:03:07 UTC"],
    ["../../etc/passwd", "2026-11-25 13:03:07 UTC"],
    ["A".repeat(5000), "2026-11-25 13:03:07 UTC"],
    ["\x1b[2J", "2026-11-25 13:03:07 UTC"],
  ] as const
) {
  Deno.test(`localTime() copes with TZ=${JSON.stringify(TZ.slice(0, 20))}`, async () => {
    assert.equal((await told(TZ))[0], winter);
  });
}

Deno.test("localTime() needs no C library", async () => {
  assert.deepEqual(await told("Europe/Berlin", { permissions: ["--allow-env"] }), [
    "2026-11-25 14:03:07 CET",
    "2026-07-25 15:03:07 CEST",
  ]);
  assert.match(
    (await told("Asia/Kathmandu", { permissions: ["--allow-env"] }))[0]!,
    / 18:48:07 (?:NPT|\+05:45)$/,
  );
  assert.match((await told("Foo/Bar", { permissions: ["--allow-env"] }))[0]!, / 13:03:07 UTC$/);
});

Deno.test("localTime() knows zones that the C library has no data for", async () => {
  assert.deepEqual(await told("America/New_York", { env: { TZDIR: "/nonexistent" } }), [
    "2026-11-25 08:03:07 EST",
    "2026-07-25 09:03:07 EDT",
  ]);
});
