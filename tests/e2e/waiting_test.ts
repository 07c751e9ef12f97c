import assert from "node:assert/strict";
import { failures } from "../support/aws/mod.ts";
import { COMMAND, MfaSandbox } from "../support/mfa_sandbox.ts";
import { wevCommand } from "../support/program.ts";

Deno.test("wev says what it waits for after a second, and Ctrl-C ends it at once", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetCallerIdentity", failures.hang);
  const start = performance.now();
  // A question would stand meanwhile.
  await using pty = mfa.start(["--token", mfa.user.device.code(), ...COMMAND]);
  await pty.waitFor("wev: Waiting for AWS to identify the access key\r\n");
  assert.ok(performance.now() - start >= 1_000);
  const typed = performance.now();
  await pty.type("\x03");
  assert.equal(await pty.end(), 130);
  // The request would hang for longer.
  assert.ok(performance.now() - typed < 5_000);
  assert.doesNotMatch(pty.shown, /Token:/);
});

Deno.test("wev says nothing of waiting when AWS answers within a second", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("ListMFADevices", failures.delay(500));
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 0);
  assert.doesNotMatch(pty.shown, /Waiting/);
});

Deno.test("wev says on the terminal what it waits for when standard error is a file", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("ListMFADevices", failures.delay(1_300));
  await using pty = mfa.sandbox.startCommand(
    [
      "sh",
      "-c",
      '"$@" >out.txt 2>err.txt',
      "sh",
      ...wevCommand(),
      "--token",
      mfa.user.device.code(),
      "true",
    ],
    { env: mfa.environment() },
  );
  await pty.waitFor("wev: Waiting for AWS to list the MFA devices");
  assert.equal(await pty.end(), 0);
  assert.equal(Deno.readTextFileSync(`${mfa.sandbox.project}/err.txt`), "");
});

Deno.test("wev gives up within seconds when the endpoint takes connections and never answers", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetCallerIdentity", failures.hang);
  const start = performance.now();
  await using pty = mfa.start();
  assert.equal(await pty.end(), 125);
  assert.ok(performance.now() - start < 12_000);
  assert.match(pty.shown, /AWS can't be reached: no response in time/);
  assert.deepEqual(mfa.actions, ["GetCallerIdentity"]);
});

Deno.test("wev repeats a throttled request, with the code too, since AWS has not looked at it", async () => {
  await using mfa = new MfaSandbox();
  for (const action of ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]) {
    mfa.aws.failures.add(action, failures.throttling);
  }
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 0);
  assert.equal(mfa.actions.length, 6);
  assert.doesNotMatch(pty.shown, /throttl/);
});

Deno.test("wev repeats what AWS could not answer, but for a code", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetCallerIdentity", failures.internalFailure);
  mfa.aws.failures.add("ListMFADevices", failures.serviceUnavailable);
  mfa.aws.failures.add("GetSessionToken", failures.serviceUnavailable);
  await using pty = mfa.start();
  await pty.waitFor("Token: ");
  const first = mfa.user.device.code();
  await pty.type(`${first}\r`);
  await pty.waitFor("the code may be used up. Wait for the next one.");
  mfa.aws.clock.advance(30);
  assert.equal(await mfa.answer(pty), 0);
  assert.equal(mfa.codes.length, 2);
  assert.equal(mfa.codes.filter((code) => code === first).length, 1);
});

for (
  const [what, failure] of [["after", failures.dropAfter], ["before", failures.dropBefore]] as const
) {
  Deno.test(`wev asks for another code when the connection breaks ${what} AWS has the first`, async () => {
    await using mfa = new MfaSandbox();
    mfa.aws.failures.add("GetSessionToken", failure);
    await using pty = mfa.start();
    await pty.waitFor("Token: ");
    const first = mfa.user.device.code();
    await pty.type(`${first}\r`);
    await pty.waitFor(
      "The response from AWS was lost, and the code may be used up. Wait for the next one.",
    );
    await pty.waitFor("Token: ");
    await pty.type(`${first}\r`);
    await pty.waitFor("That code was sent before");
    mfa.aws.clock.advance(30);
    assert.equal(await mfa.answer(pty), 0);
    assert.equal(mfa.codes.length, 2);
    assert.equal(mfa.codes.filter((code) => code === first).length, 1);
  });
}

for (
  const [what, skew, words] of [["behind", 3600, "60 minutes behind"], [
    "ahead",
    -1260,
    "21 minutes ahead of",
  ]] as const
) {
  Deno.test(`wev says once that the clock is ${what}, by how much, and goes on`, async () => {
    await using mfa = new MfaSandbox({ aws: { skew } });
    await using pty = mfa.start();
    assert.equal(await mfa.answer(pty), 0);
    const warnings = pty.shown.split(`This computer's clock is ${words} AWS's`).length - 1;
    assert.equal(warnings, 1, pty.shown);
    assert.equal(mfa.codes.length, 1);
    mfa.aws.clearRequests();
    await using second = mfa.start();
    assert.equal(await second.end(), 0);
    assert.deepEqual(mfa.actions, []);
  });
}

Deno.test("wev passes on why AWS denies a session", async () => {
  await using mfa = new MfaSandbox();
  const reason = "User: arn:aws:iam::123456789012:user/ann is not authorized to perform: " +
    "sts:GetSessionToken with an explicit deny in an identity-based policy";
  mfa.aws.failures.add("GetSessionToken", failures.error(403, "AccessDenied", reason));
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 125);
  assert.ok(pty.shown.includes(`AWS refused: ${reason}`));
  assert.match(pty.shown, /exempt sts:GetSessionToken/);
  assert.equal(mfa.codes.length, 1);
});

Deno.test("wev asks no second code when AWS's answer to the first is damaged", async () => {
  await using mfa = new MfaSandbox();
  mfa.aws.failures.add("GetSessionToken", failures.garbage);
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 125);
  assert.match(pty.shown, /The response is not from AWS, or it is corrupt: HTTP status 200/);
});

Deno.test("wev needs no region in the partition aws", async () => {
  await using mfa = new MfaSandbox();
  await using pty = mfa.start(undefined, { AWS_REGION: undefined, AWS_DEFAULT_REGION: undefined });
  assert.equal(await mfa.answer(pty), 0);
  assert.deepEqual(mfa.aws.requests.map(({ region }) => region), Array(3).fill("us-east-1"));
});
