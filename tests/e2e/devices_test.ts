import assert from "node:assert/strict";
import { wevCommand } from "../support/program.ts";
import { Pty } from "../support/pty.ts";
import { COMMAND, MfaSandbox, type MfaSandboxOptions } from "../support/mfa_sandbox.ts";

const SEVERAL: MfaSandboxOptions = {
  user: {
    devices: [
      { kind: "fido", name: "key" },
      { name: "phone" },
      { kind: "hardware", serialNumber: "GAHT12345678" },
    ],
  },
};

for (const [how, keys] of [["arrow keys", "\x1b[B\r"], ["its number", "2"]] as const) {
  Deno.test(`wev asks once which of several devices it is, by ${how}`, async () => {
    await using mfa = new MfaSandbox(SEVERAL);
    const token = mfa.user.devices[2]!;
    await using first = mfa.start();
    await first.waitFor("user/ann has 2 MFA devices. Which one shows the code?");
    assert.ok((await first.waitFor("2. GAHT12345678")).includes("> 1. arn:aws:iam::"));
    await first.type(keys);
    await first.waitFor("Token: ");
    await first.type(`${token.code()}\r`);
    assert.equal(await first.end(), 0, first.shown);
    // Remembered: another session of the same key asks for the code only.
    mfa.aws.clock.advance(60);
    await using second = mfa.start(["--refresh", ...COMMAND]);
    await second.waitFor("Token: ");
    assert.doesNotMatch(second.shown, /Which one/);
    await second.type(`${token.code()}\r`);
    assert.equal(await second.end(), 0, second.shown);
    assert.deepEqual(mfa.actions, [
      "GetCallerIdentity",
      "ListMFADevices",
      "GetSessionToken",
      "GetCallerIdentity",
      "GetSessionToken",
    ]);
    assert.deepEqual(
      mfa.aws.requestsOf("GetSessionToken").map(({ parameters }) => parameters["SerialNumber"]),
      ["GAHT12345678", "GAHT12345678"],
    );
    // Until somebody wants to choose again.
    await mfa.run(["--forget"]);
    await using third = mfa.start();
    await third.waitFor("Which one shows the code?");
    await third.type("\x03");
    assert.equal(await third.end(), 130);
  });
}

/** Chooses the first device, and returns once the code is asked for. */
async function chooseFirst(mfa: MfaSandbox): Promise<Pty> {
  const pty = mfa.start();
  await pty.waitFor("Which one shows the code?");
  await pty.waitFor("Press a number, or the arrow keys and Enter. Ctrl-C cancels.\r\n");
  await pty.type("1");
  await pty.waitFor("Token: ");
  return pty;
}

/** Expects that the next run asks for a code without asking for the device. */
async function expectRemembered(mfa: MfaSandbox): Promise<void> {
  await using again = mfa.start(["--refresh", ...COMMAND]);
  await again.waitFor("Token: ");
  assert.doesNotMatch(again.shown, /Which one/);
  await again.type("\x03");
  assert.equal(await again.end(), 130);
}

Deno.test("wev remembers a choice only once a code of it was accepted", async () => {
  await using mfa = new MfaSandbox(SEVERAL);
  await using given = await chooseFirst(mfa);
  await given.type("\x03");
  assert.equal(await given.end(), 130);
  await using refused = await chooseFirst(mfa);
  for (const seconds of [0, 30, 60]) {
    if (seconds > 0) await refused.waitFor("Token: ");
    // The codes of the other device.
    await refused.type(`${mfa.user.devices[2]!.code(seconds)}\r`);
  }
  assert.equal(await refused.end(), 125);
  assert.match(refused.shown, /AWS refused 3 codes/);
  mfa.aws.clock.advance(120);
  await using right = await chooseFirst(mfa);
  await right.type(`${mfa.user.devices[1]!.code()}\r`);
  assert.equal(await right.end(), 0);
  mfa.aws.clock.advance(60);
  await expectRemembered(mfa);
});

Deno.test("wev uses the choice of another run that is made at the same time", async () => {
  await using mfa = new MfaSandbox(SEVERAL);
  await using first = await chooseFirst(mfa);
  await using second = mfa.start();
  await first.type(`${mfa.user.devices[1]!.code()}\r`);
  assert.deepEqual([await first.end(), await second.end()], [0, 0], second.shown);
  assert.doesNotMatch(second.shown, /Which one/);
  assert.equal(mfa.codes.length, 1);
});

/** Returns the rows of devices that are drawn next, as a terminal shows them. */
async function rowsOf(pty: Pty): Promise<string[]> {
  await pty.waitFor("\x1b[?7l");
  const drawn = await pty.waitFor("\x1b[?7h");
  return drawn.replaceAll("\r\x1b[K", "").split("\r\n").slice(0, -1);
}

Deno.test("wev draws devices with long names in a row each, on a narrow terminal too", async () => {
  const name = "phone-of-somebody-whose-name-is-long-and-who-has-more-than-one";
  await using mfa = new MfaSandbox({
    user: { devices: [{ name: `${name}-a` }, { name: `${name}-b` }] },
  });
  const script = 'stty cols 40; exec "$@"';
  const command = [...wevCommand(), ...COMMAND];
  await using pty = Pty.start(["sh", "-c", script, "sh", ...command], {
    cwd: mfa.sandbox.project,
    env: mfa.sandbox.environment(mfa.environment()),
  });
  const first = await rowsOf(pty);
  await pty.type("\x1b[B");
  // Back up by as many rows as there are devices.
  await pty.waitFor("\x1b[2A");
  const second = await rowsOf(pty);
  assert.deepEqual(first.map((row) => row.length), [40, 40], JSON.stringify(first));
  assert.match(first[0]!, /^> 1\. arn:aws:….*-who-has-more-than-one-a$/);
  assert.match(first[1]!, /^ {2}2\. arn:aws:….*-who-has-more-than-one-b$/);
  assert.deepEqual(second.map((row) => row.slice(0, 5)), ["  1. ", "> 2. "]);
  await pty.type("\r");
  await pty.waitFor("Token: ");
  await pty.type(`${mfa.user.devices[1]!.code()}\r`);
  assert.equal(await pty.end(), 0, pty.shown);
});

Deno.test("wev names several devices as YAML where there is no terminal to choose at", async () => {
  await using mfa = new MfaSandbox(SEVERAL);
  const { code, stderr } = await mfa.run();
  assert.equal(code, 125);
  assert.match(stderr, /user\/ann has 2 MFA devices/);
  assert.ok(
    stderr.includes(
      "\n    mfa_device: arn:aws:iam::123456789012:mfa/phone\n    mfa_device: GAHT12345678\n",
    ),
    stderr,
  );
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "ListMFADevices"]);
});

Deno.test("wev reads all pages of devices", async () => {
  const devices = [{ name: "one" }, { name: "two" }, { name: "three" }];
  await using mfa = new MfaSandbox({ user: { devices }, aws: { pageSize: 1 } });
  const { stderr } = await mfa.run();
  assert.match(stderr, /has 3 MFA devices[^]*mfa\/one\n[^]*mfa\/two\n[^]*mfa\/three\n/);
  assert.deepEqual(mfa.actions.filter((action) => action === "ListMFADevices").length, 3);
});

Deno.test("wev names the profile whose mfa_serial AWS refuses, the device and the user", async () => {
  await using mfa = new MfaSandbox();
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
      "mfa_serial = arn:aws:iam::123456789012:mfa/bob\n",
  );
  await using pty = mfa.start(COMMAND, {
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: "base",
  });
  assert.equal(await mfa.answer(pty), 125);
  assert.ok(
    pty.shown.includes(
      `${mfa.sandbox.home}/.aws/credentials:4:1: ` +
        "The MFA device arn:aws:iam::123456789012:mfa/bob does not belong to this user: " +
        "arn:aws:iam::123456789012:user/ann\r\n" +
        '  Check mfa_serial of the profile "base". Most likely it should be\r\n' +
        "    arn:aws:iam::123456789012:mfa/ann\r\n",
    ),
    pty.shown,
  );
});

Deno.test("wev says what a device looks like where mfa_serial is none", async () => {
  await using mfa = new MfaSandbox();
  const { accessKeyId, secretAccessKey } = mfa.user.accessKey;
  mfa.sandbox.write(
    "home/.aws/credentials",
    `[base]\naws_access_key_id = ${accessKeyId}\naws_secret_access_key = ${secretAccessKey}\n` +
      "mfa_serial = mfa/bob.smith\n",
  );
  const { code, stderr } = await mfa.run(COMMAND, {
    env: {
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_PROFILE: "base",
    },
  });
  assert.equal(code, 125);
  const place = `${mfa.sandbox.home}/.aws/credentials:4:1: `;
  assert.ok(
    stderr.includes(`${place}mfa_serial of the profile "base" must be a whole ARN`),
    stderr,
  );
  assert.match(stderr, /mfa_serial = arn:aws:iam::123456789012:mfa\/bob\.smith\n/);
  assert.match(stderr, /mfa_serial = GAHT12345678\n/);
  assert.deepEqual(mfa.actions, []);
});

Deno.test("wev remembers a choice with a code that a role took", async () => {
  const role = "arn:aws:iam::123456789012:role/admin";
  await using mfa = new MfaSandbox({
    ...SEVERAL,
    options: { role_arn: role, role_duration: "7200" },
  });
  mfa.aws.addRole({ name: "admin", mfa: true, maxSessionDuration: 7200 });
  const choose = async (code: string) => {
    await using pty = await chooseFirst(mfa);
    await pty.type(code);
    return await pty.end();
  };
  assert.equal(await choose("\x03"), 130);
  assert.equal(await choose(`${mfa.user.devices[1]!.code()}\r`), 0);
  mfa.aws.clock.advance(60);
  await expectRemembered(mfa);
});

Deno.test("wev forgets a remembered device that AWS no longer knows", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  (mfa.user.device as { serialNumber: string }).serialNumber =
    "arn:aws:iam::123456789012:mfa/new-phone";
  await using pty = mfa.start(["--refresh", "true"]);
  assert.equal(await mfa.answer(pty), 125);
  assert.match(pty.shown, /device that wev remembered no longer belongs to the user/);
  mfa.aws.clock.advance(60);
  mfa.aws.clearRequests();
  await using again = mfa.start(["--refresh", "true"]);
  assert.equal(await mfa.answer(again), 0, again.shown);
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]);
});
