import assert from "node:assert/strict";
import { closest } from "../../src/cli/closest.ts";

const PLUGINS = ["wev-awsmfa", "wev-echo"];

for (
  const [word, known, near] of [
    ["wev-ecco", PLUGINS, "wev-echo"],
    ["echo", PLUGINS, "wev-echo"],
    ["awsmfa", PLUGINS, "wev-awsmfa"],
    ["aws-mfa", PLUGINS, "wev-awsmfa"],
    ["AWS_MFA", PLUGINS, "wev-awsmfa"],
    ["wev", PLUGINS, undefined],
    ["ec", PLUGINS, undefined],
    ["--log", ["--log-level", "--json"], "--log-level"],
    ["device", ["duration", "mfa_device"], "mfa_device"],
    ["wev-aws-mfa", PLUGINS, "wev-awsmfa"],
    ["wev_awsmfa", PLUGINS, "wev-awsmfa"],
    ["WEV-ECHO", PLUGINS, "wev-echo"],
    ["mfa_devise", ["duration", "mfa_device"], "mfa_device"],
    ["mfa-device", ["duration", "mfa_device"], "mfa_device"],
    ["--explian", ["--explain", "--json", "-h"], "--explain"],
    ["-H", ["--explain", "--json", "-h"], "-h"],
    ["--frobnicate", ["--explain", "--json", "-h"], undefined],
    ["x", [], undefined],
    // Two letters of a short word may be wrong, and a third of a long one.
    ["abxy", ["abcd"], "abcd"],
    ["axyz", ["abcd"], undefined],
    ["--exqqqin", ["--explain"], "--explain"],
    ["--eqqqqin", ["--explain"], undefined],
    ["mfa", ["m-fa-device", "duration"], "m-fa-device"],
  ] as const
) {
  Deno.test(`closest() returns ${near} for ${word} among ${known.length}`, () => {
    assert.equal(closest(word, known), near);
  });
}

for (
  const [word, near] of [
    ["ttl", "duration"],
    ["MFA-Serial", "mfa_device"],
    ["role", "role_arn"],
    ["device", "mfa_device"],
    ["nothing", undefined],
  ] as const
) {
  Deno.test(`closest() knows the names of other tools: ${word}`, () => {
    const known = ["duration", "mfa_device", "role_arn", "role_duration"];
    const synonyms = { ttl: "duration", mfa_serial: "mfa_device", role: "role_arn" };
    assert.equal(closest(word, known, synonyms), near);
  });
}
