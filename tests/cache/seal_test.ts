import assert from "node:assert/strict";
import { LockDirectory } from "../../src/cache/lock.ts";
import { KeyringSealer } from "../../src/cache/seal.ts";
import { noSealer } from "../../src/cache/store.ts";
import { type Keyring, KeyringError } from "../../src/keyring/keyring.ts";
import { KEY, NOW } from "../support/cached_session.ts";
import { FakeFiles } from "../support/fake_runtime.ts";
import { Spoken } from "../support/spoken.ts";

const VALUES = ["ASIAEXAMPLE", "secret", "token"];

/** A keyring that a test can inspect. */
class FakeKeyring implements Keyring {
  key: string | undefined;
  loads = 0;
  saves = 0;
  failure: KeyringError | undefined;

  async load(): Promise<string | undefined> {
    this.loads++;
    await Promise.resolve();
    if (this.failure !== undefined) throw this.failure;
    return this.key;
  }

  save(key: string): Promise<void> {
    this.saves++;
    this.key = key;
    return Promise.resolve();
  }
}

function scene() {
  const keyring = new FakeKeyring();
  const said = new Spoken();
  const files = new FakeFiles({}, "linux");
  const locks = () =>
    new LockDirectory({
      files,
      system: "linux",
      user: undefined,
      home: undefined,
      cacheDirectory: "/cache",
      process: 1,
      startedAt: NOW,
      clock: { now: () => NOW },
      logger: said,
    });
  const sealer = () => new KeyringSealer({ keyring, locks: locks(), logger: said });
  return { keyring, said, files, locks, sealer };
}

Deno.test("KeyringSealer decrypts what it encrypted, in another run too", async () => {
  const { sealer, keyring, said } = scene();
  const sealed = await sealer().seal(VALUES, KEY);
  assert.ok(sealed);
  assert.deepEqual(await sealer().unseal(sealed, KEY), VALUES);
  assert.match(keyring.key!, /^[0-9a-f]{64}$/);
  assert.equal(keyring.saves, 1);
  assert.deepEqual(said.messages, []);
});

Deno.test("KeyringSealer encrypts the same values differently each time", async () => {
  const { sealer } = scene();
  const one = sealer();
  const [first, second] = [await one.seal(VALUES, KEY), await one.seal(VALUES, KEY)];
  assert.notEqual(first, second);
  const bytes = new TextDecoder("latin1").decode(Uint8Array.fromBase64(first!));
  assert.ok(VALUES.every((value) => !bytes.includes(value)));
});

Deno.test("KeyringSealer encrypts for one entry", async () => {
  const { sealer, said } = scene();
  const sealed = await sealer().seal(VALUES, KEY);
  assert.equal(await sealer().unseal(sealed!, "b".repeat(64)), undefined);
  assert.deepEqual(said.messages, [
    "warning: The cached values were encrypted with another key; resolving them again",
  ]);
});

for (const damage of ["", "AA==", "no base 64", "A".repeat(80)]) {
  Deno.test(`KeyringSealer can't decrypt ${JSON.stringify(damage)}, and says so`, async () => {
    const { sealer, said } = scene();
    await sealer().seal(VALUES, KEY);
    assert.equal(await sealer().unseal(damage, KEY), undefined);
    assert.equal(said.messages.length, 1);
  });
}

Deno.test("KeyringSealer creates only one key for concurrent runs", async () => {
  const { sealer, keyring } = scene();
  await Promise.all([1, 2, 3].map(() => sealer().seal(VALUES, KEY)));
  assert.equal(keyring.saves, 1);
});

Deno.test("KeyringSealer queries the keyring once per run", async () => {
  const { sealer, keyring } = scene();
  const sealed = await sealer().seal(VALUES, KEY);
  keyring.loads = 0;
  const one = sealer();
  await one.unseal(sealed!, KEY);
  await one.unseal(sealed!, KEY);
  assert.equal(keyring.loads, 1);
});

Deno.test("KeyringSealer takes no lock and writes nothing to decrypt", async () => {
  const { sealer, files } = scene();
  const sealed = await sealer().seal(VALUES, KEY);
  files.locks = 0;
  await sealer().unseal(sealed!, KEY);
  assert.equal(files.locks, 0);
});

Deno.test("KeyringSealer encrypts nothing without a keyring, and warns once", async () => {
  const { sealer, keyring, said } = scene();
  keyring.failure = new KeyringError("it is locked");
  const one = sealer();
  assert.equal(await one.seal(VALUES, KEY), undefined);
  assert.equal(await one.seal(VALUES, KEY), undefined);
  assert.deepEqual(said.messages, [
    "warning: The keyring can't be reached (it is locked)\n" +
    "The cached values are not encrypted; they are kept in private files.",
  ]);
});

Deno.test("KeyringSealer does not encrypt with a key that the keyring does not store", async () => {
  const { sealer, keyring, said } = scene();
  keyring.save = () => Promise.resolve();
  assert.equal(await sealer().seal(VALUES, KEY), undefined);
  assert.match(said.messages[0]!, /it does not store the key/);
});

Deno.test("KeyringSealer replaces an invalid key", async () => {
  const { sealer, keyring } = scene();
  keyring.key = "something else";
  assert.ok(await sealer().seal(VALUES, KEY));
  assert.match(keyring.key, /^[0-9a-f]{64}$/);
});

Deno.test("KeyringSealer says why it can't decrypt if the key is gone", async () => {
  const { sealer, keyring, said } = scene();
  const sealed = await sealer().seal(VALUES, KEY);
  keyring.key = undefined;
  assert.equal(await sealer().unseal(sealed!, KEY), undefined);
  assert.match(said.messages[0]!, /it has no key for wev\)\nThe cached values can't be decrypted/);
});

Deno.test("KeyringSealer warns if there is no keyring for the system", async () => {
  const { said, locks } = scene();
  const sealer = new KeyringSealer({ keyring: undefined, locks: locks(), logger: said });
  assert.equal(await sealer.seal(VALUES, KEY), undefined);
  assert.match(said.messages[0]!, /wev supports none on this system/);
});

Deno.test("noSealer() encrypts nothing, and warns of encrypted values", async () => {
  const said = new Spoken();
  assert.equal(await noSealer(said).seal(VALUES, KEY), undefined);
  assert.deepEqual(said.messages, []);
  assert.equal(await noSealer(said).unseal("AAAA", KEY), undefined);
  assert.deepEqual(said.messages, [
    "warning: The cached values are encrypted, and WEV_KEYRING is off; resolving them again",
  ]);
});
