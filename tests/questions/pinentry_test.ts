import assert from "node:assert/strict";
import { askPinentry, PinentryError, requestOf, unescape } from "../../src/questions/pinentry.ts";
import type { Dialog } from "../../src/runtime.ts";

const QUESTION = {
  title: "wev",
  description: "First\nSecond 100%",
  prompt: "Token:",
  error: undefined,
};

/** A pinentry that responds with lines to each request, by its first word; with OK to others. */
class FakeDialog implements Dialog {
  /** What it was sent. */
  readonly sent: string[] = [];
  readonly #responses: Readonly<Record<string, readonly string[]>>;
  readonly #lines: string[];

  constructor(
    responses: Readonly<Record<string, readonly string[]>>,
    greeting = ["OK Pleased to meet you"],
  ) {
    this.#responses = responses;
    this.#lines = [...greeting];
  }

  send(line: string): Promise<void> {
    this.sent.push(line);
    this.#lines.push(...this.#responses[line.split(" ")[0]!] ?? ["OK"]);
    return Promise.resolve();
  }

  readLine(): Promise<string | undefined> {
    return Promise.resolve(this.#lines.shift());
  }

  exitCode(): Promise<number> {
    return Promise.resolve(0);
  }

  end(): Promise<void> {
    return Promise.resolve();
  }
}

const ESCAPED: Readonly<Record<string, string>> = {
  "plain text, ünïcode and +": "plain text, ünïcode and +",
  "100%": "100%25",
  "%41": "%2541",
  "a\nb\rc\td": "a%0Ab%0Dc%09d",
  "\x00\x1f\x7f": "%00%1F%7F",
};

for (const [text, escaped] of Object.entries(ESCAPED)) {
  Deno.test(`a request escapes ${JSON.stringify(text)}, and a response is read back`, () => {
    assert.equal(requestOf("SETDESC", text), `SETDESC ${escaped}`);
    assert.equal(unescape(escaped), text);
  });
}

const UNESCAPED: Readonly<Record<string, string>> = {
  "%31%32%33": "123",
  "%e2%82%AC€": "€€",
  "100%": "100%",
  "%4": "%4",
  "%zz%": "%zz%",
  "1+2": "1+2",
  "": "",
};

for (const [data, text] of Object.entries(UNESCAPED)) {
  Deno.test(`unescape() reads ${JSON.stringify(data)}`, () => {
    assert.equal(unescape(data), text);
  });
}

Deno.test("a request is a line of 1000 bytes with its end at most, and cuts no character or escape", () => {
  const size = (text: string) => new TextEncoder().encode(text).length;
  for (const character of ["x", "%", "é", "\n", "😀"]) {
    const exact = (998 - "SETDESC ".length) / size(requestOf("", character).slice(1));
    const whole = requestOf("SETDESC", character.repeat(Math.floor(exact)));
    assert.ok(size(whole) <= 998 && !whole.endsWith("…"));
    const cut = requestOf("SETDESC", character.repeat(Math.floor(exact) + 1));
    assert.ok(size(cut) <= 998 && size(cut) > 985, String(size(cut)));
    assert.match(unescape(cut.slice("SETDESC ".length)), new RegExp(`^(?:${character})+…$`, "u"));
  }
});

Deno.test("askPinentry() sets options and texts, asks, and says goodbye", async () => {
  const dialog = new FakeDialog({ GETPIN: ["S X", "# 1", "D 12", "D %33%34", "D 56", "OK"] });
  const options = { ttyname: "/dev/pts/1", ttytype: "", display: undefined };
  assert.equal(await askPinentry(dialog, { ...QUESTION, error: "No!" }, options), "123456");
  assert.deepEqual(dialog.sent, [
    "OPTION no-grab",
    "SETTIMEOUT 0",
    "OPTION ttyname=/dev/pts/1",
    "SETTITLE wev",
    "SETDESC First%0ASecond 100%25",
    "SETPROMPT Token:",
    "SETERROR No!",
    "GETPIN",
    "BYE",
  ]);
});

Deno.test("askPinentry() puts up with unknown options, and answers no inquiry", async () => {
  const unknown = ["ERR 83886254 Unknown option <Pinentry>"];
  const dialog = new FakeDialog({
    OPTION: unknown,
    SETTIMEOUT: unknown,
    GETPIN: ["INQUIRE QUALITY 1"],
    END: ["D 1", "OK"],
  });
  assert.equal(await askPinentry(dialog, QUESTION, { display: ":0" }), "1");
});

Deno.test("askPinentry() returns an empty answer, and nothing for a cancelled question", async () => {
  assert.equal(await askPinentry(new FakeDialog({}), QUESTION, {}), "");
  for (const code of [83886179, 83886194, 83886278, 99]) {
    const dialog = new FakeDialog({ GETPIN: ["D 1", `ERR ${code} cancelled <Pinentry>`] });
    assert.equal(await askPinentry(dialog, QUESTION, {}), undefined);
    assert.equal(dialog.sent.at(-1), "BYE");
  }
});

const FAILURES: Readonly<Record<string, readonly [dialog: FakeDialog, message: string]>> = {
  "a failed question": [
    new FakeDialog({ GETPIN: ["ERR 83886142 Timeout <Pinentry>"] }),
    "failed: Timeout",
  ],
  "a failure without a reason": [new FakeDialog({ GETPIN: ["ERR 1"] }), "failed: no reason given"],
  "a refused text": [new FakeDialog({ SETDESC: ["ERR 1 No (really) <x>"] }), "failed: No (really)"],
  "a refused greeting": [new FakeDialog({}, ["ERR 1 Go away"]), "failed: Go away"],
  "the end of the output": [new FakeDialog({ GETPIN: ["D 1"] }), "ended without an answer"],
  "another program": [
    new FakeDialog({}, ["Welcome to the shell"]),
    "does not speak the pinentry protocol",
  ],
  "an unknown response": [
    new FakeDialog({ GETPIN: ["PIN 123456"] }),
    "does not speak the pinentry protocol",
  ],
};

for (const [what, [dialog, message]] of Object.entries(FAILURES)) {
  Deno.test(`askPinentry() fails at ${what}`, async () => {
    await assert.rejects(askPinentry(dialog, QUESTION, {}), (error) => {
      assert.ok(error instanceof PinentryError);
      assert.equal(error.message, message);
      return true;
    });
  });
}
