import assert from "node:assert/strict";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevWords } from "../support/program.ts";

/** Starts a shell script on a terminal; `$WEV` in it is wev. */
function startScript(mfa: MfaSandbox, script: string, env: Environment = {}) {
  const words = ["sh", "-c", script.replaceAll("$WEV", wevWords())];
  return mfa.sandbox.startCommand(words, { env: mfa.environment(env) });
}

Deno.test("wev asks in the manual's words, masks the code, runs the command", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900" } });
  await using pty = mfa.start();
  assert.equal(
    await pty.waitFor("Token: "),
    "The code of your MFA device is needed for the access key in AWS_ACCESS_KEY_ID: there is no " +
      "session yet.\r\nPlease enter your MFA token to authenticate.\r\n",
  );
  const code = mfa.user.device.code();
  for (const digit of code) await pty.type(digit);
  await pty.type("\r");
  assert.equal(await pty.end(), 0);
  assert.match(
    pty.shown,
    /^The code of .*\r\nPlease enter your MFA token to authenticate\.\r\nToken: \*{6}\r\nran with ASIA\w{16}\r\n$/,
  );
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]);
  const [, list, session] = mfa.aws.requests;
  assert.equal(list?.parameters["UserName"], "ann");
  assert.equal(session?.parameters["DurationSeconds"], "900");
  assert.equal(session?.parameters["SerialNumber"], mfa.user.device.serialNumber);
  assert.equal(session?.parameters["TokenCode"], code);
});

Deno.test("wev asks at the terminal when every stream is a pipe", async () => {
  await using mfa = new MfaSandbox({ options: { duration: "900" } });
  await using pty = startScript(
    mfa,
    "echo from-stdin | $WEV sh -c 'cat; echo out; echo err >&2' 2>err.txt | tr a-z A-Z >out.txt",
  );
  assert.equal(await mfa.answer(pty), 0);
  assert.match(
    pty.shown,
    /^The code of .*\r\nPlease enter your MFA token to authenticate\.\r\nToken: \*{6}\r\n$/,
  );
  const read = (name: string) => Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
  assert.equal(read("out.txt"), "FROM-STDIN\nOUT\n");
  assert.equal(read("err.txt"), "err\n");
});

Deno.test("wev takes spaces, asks again without a request, lets digits be corrected", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start();
  for (const wrong of ["", "12345", "1234567", "abcdef", "12 345", "１２３４５６"]) {
    await pty.waitFor("Token: ");
    await pty.type(`${wrong}\r`);
    await pty.waitFor("A code has six digits.");
  }
  await pty.waitFor("Token: ");
  assert.deepEqual(mfa.codes, []);
  const code = mfa.user.device.code();
  await pty.type(`  ${code.slice(0, 5)}x\x7f${code.slice(5)}  \r`);
  assert.equal(await pty.end(), 0);
  assert.deepEqual(mfa.codes, [code]);
});

Deno.test("wev takes what was typed before it asked", async () => {
  await using mfa = new MfaSandbox();
  await using pty = startScript(mfa, "sleep 0.3; $WEV true");
  await pty.type(`${mfa.user.device.code()}\r`);
  assert.equal(await pty.end(), 0);
  assert.equal(mfa.codes.length, 1);
});

for (
  const [key, typed, status] of [
    ["Ctrl-C", "12\x03", 130],
    ["Ctrl-C at the start", "\x03", 130],
    ["Ctrl-D", "\x04", 125],
  ] as const
) {
  Deno.test(`wev leaves the terminal as it was and exits with ${status} at ${key}`, async () => {
    await using mfa = new MfaSandbox();
    await using pty = startScript(
      mfa,
      'stty intr ^C -ixany; stty -a >before; $WEV touch ran; echo "status $?"; stty -a >after',
    );
    await pty.waitFor("Token: ");
    await pty.type(typed);
    await pty.end();
    assert.match(pty.shown, new RegExp(`No code was given\r\n(?:.*\r\n)*status ${status}\r\n$`));
    const read = (name: string) => Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
    assert.equal(read("after"), read("before"));
    assert.match(read("after"), / icanon .* echo /s);
    assert.deepEqual(mfa.codes, []);
    assert.throws(() => read("ran"), Deno.errors.NotFound);
  });
}

Deno.test("wev leaves the terminal as it was when it is told to end at the question", async () => {
  await using mfa = new MfaSandbox();
  await using pty = startScript(
    mfa,
    "stty -a >before; $WEV true & echo $! >pid; fg >/dev/null 2>&1; wait; stty -a >after; echo over",
  );
  await pty.waitFor("Token: ");
  const pid = Number(Deno.readTextFileSync(`${mfa.sandbox.project}/pid`));
  Deno.kill(pid, "SIGTERM");
  await pty.waitFor("over");
  await pty.end();
  const read = (name: string) => Deno.readTextFileSync(`${mfa.sandbox.project}/${name}`);
  assert.equal(read("after"), read("before"));
});

Deno.test("wev does not wait where there is no terminal, and says what to do", async () => {
  await using mfa = new MfaSandbox();
  const start = performance.now();
  const { code, stdout, stderr } = await mfa.run();
  assert.ok(performance.now() - start < 10_000);
  assert.equal(code, 125);
  assert.equal(stdout, "");
  assert.match(
    stderr,
    /^wev: error: Cannot ask for the code: there is no terminal\n {2}Run .*\n {2}Or .*\n$/,
  );
  assert.deepEqual(mfa.codes, []);
});

Deno.test("wev asks again after a wrong code, three times, and never sends one twice", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start();
  const wrong = mfa.user.device.wrongCode();
  await pty.waitFor("Token: ");
  await pty.type(`${wrong}\r`);
  await pty.waitFor("AWS refused that code: it is wrong, too old, or was used before.");
  await pty.waitFor("Token: ");
  await pty.type(`${wrong}\r`);
  await pty.waitFor("That code was sent before");
  await pty.waitFor("Token: ");
  assert.deepEqual(mfa.codes, [wrong]);
  const others = [100, 130].map((seconds) => mfa.user.device.code(seconds));
  await pty.type(`${others[0]}\r`);
  await pty.waitFor("AWS refused that code");
  await pty.waitFor("Token: ");
  await pty.type(`${others[1]}\r`);
  assert.equal(await pty.end(), 125);
  assert.match(pty.shown, /AWS refused 3 codes/);
  assert.ok(pty.shown.includes(mfa.user.device.serialNumber));
  assert.deepEqual(mfa.codes, [wrong, ...others]);
});

Deno.test("wev goes on when the code after a wrong one is right", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.device.wrongCode()}\r`);
  await pty.waitFor("AWS refused that code");
  assert.equal(await mfa.answer(pty), 0);
  assert.match(pty.shown, /ran with ASIA/);
});

Deno.test("wev asks again for a code that was used by somebody else", async () => {
  await using mfa = new MfaSandbox();
  const code = mfa.user.device.code();
  mfa.user.device.use(code);
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  await pty.type(`${code}\r`);
  await pty.waitFor("was used before. Wait for the next one.");
  mfa.aws.clock.advance(30);
  assert.equal(await mfa.answer(pty), 0);
});

Deno.test("wev does not ask again where the device is not the user's", async () => {
  await using mfa = new MfaSandbox({
    options: { mfa_device: "arn:aws:iam::123456789012:mfa/somebody" },
  });
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 125);
  assert.ok(
    pty.shown.includes(
      `${mfa.config}:4:5: The MFA device arn:aws:iam::123456789012:mfa/somebody does not belong to ` +
        "this user: arn:aws:iam::123456789012:user/ann\r\n  Check mfa_device. Most likely it should be\r\n" +
        "    arn:aws:iam::123456789012:mfa/ann\r\n",
    ),
    pty.shown,
  );
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "GetSessionToken"]);
});

Deno.test("wev uses the one device that shows codes beside security keys, on any page", async () => {
  await using mfa = new MfaSandbox({
    aws: { pageSize: 1 },
    user: {
      path: "/team/",
      devices: [{ kind: "fido", name: "key" }, { kind: "fido", name: "spare" }, {
        kind: "hardware",
        serialNumber: "GAHT12345678",
      }],
    },
  });
  await using pty = mfa.start([...COMMAND]);
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.devices[2]!.code()}\r`);
  assert.equal(await pty.end(), 0);
  const [request] = mfa.aws.requestsOf("GetSessionToken");
  assert.equal(request?.parameters["SerialNumber"], "GAHT12345678");
  const names = mfa.aws.requestsOf("ListMFADevices").map(({ parameters }) =>
    parameters["UserName"]
  );
  assert.deepEqual(names, ["ann", "ann", "ann"]);
});

Deno.test("wev gives the session's expiry to a fourth name, and asks for the duration", async () => {
  await using mfa = new MfaSandbox();
  mfa.sandbox.write(
    "home/project/wev.yml",
    "[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_CREDENTIAL_EXPIRATION]:\n" +
      "  plugin: {id: wev-awsmfa, duration: 129600}\n",
  );
  await using pty = mfa.start(["sh", "-c", "echo expires $AWS_CREDENTIAL_EXPIRATION"]);
  assert.equal(await mfa.answer(pty), 0);
  const [, expiry = ""] = /expires (\S+)/.exec(pty.shown) ?? [];
  assert.match(expiry, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  const seconds = (Date.parse(expiry) - Date.now()) / 1000;
  assert.ok(seconds > 129_500 && seconds <= 129_600, `${seconds}`);
  assert.equal(
    mfa.aws.requestsOf("GetSessionToken")[0]?.parameters["DurationSeconds"],
    "129600",
  );
});
