import assert from "node:assert/strict";
import { parseSharedConfig, placeOf, textsOf } from "../../../src/aws/profiles/shared_config.ts";

function parse(config: string, credentials = "") {
  return parseSharedConfig(
    { file: "/config", text: config },
    { file: "/credentials", text: credentials },
  );
}

function names(sections: ReadonlyMap<string, unknown>): string[] {
  return [...sections.keys()];
}

Deno.test("parseSharedConfig() takes names as a shell splits them", () => {
  const headers = [
    "default",
    "profile plain",
    "profile 'my keys'",
    'profile "double"',
    "profile   blanks\t",
    "profile münchen",
    "profile a&b,c(d)=e~f*g#h",
    "profile two words",
    "profile 'open",
    "profile",
    "prod",
    " default ",
    "sso-session work",
    "sso-session 'at home'",
    "services local",
    "plugins",
  ];
  const config = parse(headers.map((header) => `[${header}]\n`).join(""));
  assert.deepEqual(names(config.profiles), [
    "default",
    "plain",
    "my keys",
    "double",
    "blanks",
    "münchen",
    "a&b,c(d)=e~f*g#h",
  ]);
  assert.deepEqual(names(config.ssoSessions), ["work", "at home"]);
  assert.deepEqual(names(config.services), ["local"]);
  assert.deepEqual(names(config.others), ["prod", " default ", "plugins"]);
});

Deno.test("parseSharedConfig() takes names in the credentials file as they are", () => {
  const { profiles } = parse("", "[my keys]\n[profile x]\n['y']\n[ z ]\n[sso-session a]\n");
  assert.deepEqual(names(profiles), ["my keys", "profile x", "'y'", " z ", "sso-session a"]);
});

Deno.test("parseSharedConfig() takes the later of two sections of one profile as a whole", () => {
  const first = "[default]\nregion = a\nx = 1\n";
  const second = "[profile default]\nregion = b\n";
  assert.deepEqual(textsOf(parse(first + second).profiles.get("default")!), { region: "b" });
  assert.deepEqual(textsOf(parse(second + first).profiles.get("default")!), {
    region: "a",
    x: "1",
  });
});

Deno.test("parseSharedConfig() lets settings of the credentials file win, each with its place", () => {
  const { profiles, config, credentials } = parse(
    "[profile a]\nregion = x\naws_access_key_id = ofConfig\n",
    "\n[a]\nAWS_ACCESS_KEY_ID: ofCredentials\n",
  );
  assert.deepEqual(textsOf(profiles.get("a")!), {
    region: "x",
    aws_access_key_id: "ofCredentials",
  });
  assert.equal(config.get("a")!.settings.get("aws_access_key_id")!.value, "ofConfig");
  assert.deepEqual(names(credentials), ["a"]);
  assert.deepEqual(placeOf(profiles, "a"), { file: "/config", line: 1, column: 1 });
  assert.deepEqual(placeOf(profiles, "a", "region"), { file: "/config", line: 2, column: 1 });
  assert.deepEqual(placeOf(profiles, "a", "aws_access_key_id"), {
    file: "/credentials",
    line: 3,
    column: 1,
  });
  assert.equal(placeOf(profiles, "a", "none"), undefined);
  assert.equal(placeOf(profiles, "none"), undefined);
});

Deno.test("parseSharedConfig() takes a file that is not there for an empty one", () => {
  const none = { file: "/none", text: undefined };
  assert.deepEqual(names(parseSharedConfig(none, none).profiles), []);
});
