import assert from "node:assert/strict";
import {
  forQuestion,
  isCanonical,
  isForQuestion,
  newTermios,
  returnsAtNewline,
  sendsSignals,
  type Termios,
  withoutEcho,
  withoutQuestion,
} from "../../src/deno/termios.ts";

const DARWIN = Deno.build.os === "darwin";
const AT = DARWIN
  ? { input: 0, output: 8, local: 24, end: 32, interrupt: 40, minimum: 48, time: 49 }
  : { input: 0, output: 4, local: 12, end: 21, interrupt: 17, minimum: 23, time: 22 };
const FLAG = DARWIN
  ? { isig: 0x80, icanon: 0x100, echo: 8, iexten: 0x400, echoe: 2 }
  : { isig: 1, icanon: 2, echo: 8, iexten: 0x8000, echoe: 0x10 };
const USUAL = FLAG.isig | FLAG.icanon | FLAG.echo | FLAG.iexten | FLAG.echoe;
const ignore = Deno.build.os === "windows";

/** Returns the mode that a shell's command gets, with other flags of `c_lflag`. */
function modeOf(local = USUAL): Termios {
  const mode = newTermios();
  const view = new DataView(mode.buffer);
  view.setUint32(AT.input, 0x500, true);
  view.setUint32(AT.output, DARWIN ? 3 : 5, true);
  view.setUint32(AT.local, local, true);
  Object.assign(mode, { [AT.end]: 4, [AT.interrupt]: 3, [AT.minimum]: 1 });
  // The elements that stand for nothing.
  if (DARWIN) mode[39] = mode[51] = 0xff;
  return mode;
}

function localOf(mode: Termios): number {
  return new DataView(mode.buffer).getUint32(AT.local, true);
}

Deno.test({
  name: "forQuestion() hands on each key at once and keeps what newlines are",
  ignore,
  fn() {
    const mode = modeOf();
    const raw = forQuestion(mode);
    assert.deepEqual(mode, modeOf());
    assert.equal(localOf(raw), FLAG.echoe);
    assert.deepEqual([raw[AT.minimum], raw[AT.time]], [0, 0]);
    assert.deepEqual(raw.subarray(0, 8), mode.subarray(0, 8));
    assert.equal(raw[AT.interrupt], 3);
    assert.ok(!isCanonical(raw) && !sendsSignals(raw) && returnsAtNewline(raw));
  },
});

Deno.test({
  name: "isForQuestion() knows the mode of a question from others with the same flags",
  ignore,
  fn() {
    const raw = forQuestion(modeOf());
    assert.ok(isForQuestion(raw));
    assert.ok(isForQuestion(forQuestion(raw)));
    assert.ok(!isForQuestion(modeOf()));
    assert.ok(!isForQuestion(modeOf(FLAG.echoe)));
    // Programs that copy the mode of a run that was killed, and set what they need.
    for (const change of [{ [AT.minimum]: 1 }, { [AT.time]: 1 }]) {
      assert.ok(!isForQuestion(Object.assign(raw.slice(), change)));
    }
    for (const flag of [FLAG.isig, FLAG.icanon, FLAG.echo, FLAG.iexten]) {
      const other = raw.slice();
      new DataView(other.buffer).setUint32(AT.local, flag, true);
      assert.ok(!isForQuestion(other));
    }
  },
});

Deno.test({
  name: "withoutQuestion() makes the mode before a question, and leaves any other alone",
  ignore,
  fn() {
    assert.deepEqual(withoutQuestion(forQuestion(modeOf())), modeOf());
    for (const mode of [modeOf(), modeOf(FLAG.isig), modeOf(0)]) {
      assert.equal(withoutQuestion(mode), mode);
    }
  },
});

Deno.test({
  name: "withoutEcho() keeps lines and signals",
  ignore,
  fn() {
    const silent = withoutEcho(modeOf());
    assert.equal(localOf(silent), USUAL & ~FLAG.echo);
    assert.ok(isCanonical(silent) && sendsSignals(silent));
    assert.ok(!isCanonical(modeOf(FLAG.isig)) && sendsSignals(modeOf(FLAG.isig)));
  },
});

Deno.test({
  name: "returnsAtNewline() needs both flags",
  ignore,
  fn() {
    assert.ok(returnsAtNewline(modeOf()));
    for (const flags of DARWIN ? [0, 1, 2] : [0, 1, 4]) {
      const mode = modeOf();
      mode[AT.output] = flags;
      assert.ok(!returnsAtNewline(mode));
    }
  },
});
