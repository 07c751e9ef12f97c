/**
 * Makes programs that tests start meet signals as a terminal's do, whoever runs the tests: what nohup(1) or
 * a shell in the background ignores is inherited, what is handled is not.
 *
 * @module
 */

const SIGNALS = { SIGHUP: 1, SIGINT: 2, SIGQUIT: 3 } as const;

if (Deno.build.os === "linux") {
  const status = Deno.readTextFileSync("/proc/self/status");
  const ignored = BigInt(`0x${/^SigIgn:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? "0"}`);
  for (const name of Object.keys(SIGNALS) as (keyof typeof SIGNALS)[]) {
    if ((ignored >> BigInt(SIGNALS[name] - 1)) & 1n) Deno.addSignalListener(name, () => {});
  }
}
