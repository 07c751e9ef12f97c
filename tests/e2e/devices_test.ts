import assert from "node:assert/strict";
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

Deno.test("wev forgets a remembered device that AWS does not know any more", async () => {
  await using mfa = new MfaSandbox();
  await mfa.login();
  (mfa.user.device as { serialNumber: string }).serialNumber =
    "arn:aws:iam::123456789012:mfa/new-phone";
  await using pty = mfa.start(["--refresh", "true"]);
  assert.equal(await mfa.answer(pty), 125);
  assert.match(pty.shown, /device that wev remembered is not this user's any more/);
  mfa.aws.clock.advance(60);
  mfa.aws.clearRequests();
  await using again = mfa.start(["--refresh", "true"]);
  assert.equal(await mfa.answer(again), 0, again.shown);
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]);
});
