import assert from "node:assert/strict";
import { loadSharedConfigFiles, loadSsoSessionData, parseKnownFiles } from "@smithy/core/config";
import { parseSharedConfig, settingOf } from "../../../src/aws/shared_config.ts";
import { ConfigError } from "../../../src/errors.ts";
import { handOver, showClientSettings } from "../../../src/plugins/aws_mfa/sdk_files.ts";

function parse(text: string) {
  return parseSharedConfig({ file: "/c", text }, { file: "/none", text: undefined });
}

Deno.test("handOver() lets the SDK's providers see what was chosen, and nothing when they are done", async () => {
  const { profiles, ssoSessions } = parse(
    "[profile münchen]\nSSO_SESSION: my work\nregion = x\naws_access_key_id = no\n" +
      "[sso-session 'my work']\nsso_start_url = https://x/start/#/\nother = no\n",
  );
  const read = async () => ({
    profiles: { ...await parseKnownFiles({ ignoreCache: true }) },
    sessions: await loadSsoSessionData(),
  });
  {
    using files = handOver([settingOf(profiles.get("münchen"), "sso_session"), undefined], {
      header: "sso-session.my work",
      settings: [settingOf(ssoSessions.get("my work"), "sso_start_url")],
    });
    using other = handOver([settingOf(profiles.get("münchen"), "region")]);
    assert.deepEqual(await read(), {
      profiles: {
        [files.profile]: { sso_session: "my work" },
        "sso-session.my work": { sso_start_url: "https://x/start/#/" },
        [other.profile]: { region: "x" },
      },
      sessions: { "my work": { sso_start_url: "https://x/start/#/" } },
    });
  }
  assert.deepEqual(await read(), { profiles: {}, sessions: {} });
});

Deno.test("showClientSettings() lets the SDK's clients see where requests go, and no keys", async () => {
  const config = parse(
    "[profile 'my keys']\naws_access_key_id = no\nendpoint_url = http://x:1\nservices: at home\n" +
      "use_fips_endpoint = TRUE\nuse_dualstack_endpoint = yes\n" +
      "[services 'at home']\nsts =\n  endpoint_url = http://sts\n  other = x\ns3 =\n  x = y\n" +
      "[profile plain]\nregion = x\n[profile other]\nendpoint_url = http://y\n",
  );
  for (const name of ["my keys", "plain", "other", "none"]) {
    showClientSettings(name, config, { needsEndpoint: true });
  }
  const { configFile, credentialsFile } = await loadSharedConfigFiles({ ignoreCache: true });
  assert.deepEqual({ ...configFile }, {
    "my keys": {
      endpoint_url: "http://x:1",
      services: "at home",
      use_dualstack_endpoint: "false",
      use_fips_endpoint: "true",
    },
    "services.at home": { "sts.endpoint_url": "http://sts" },
    other: { endpoint_url: "http://y" },
  });
  assert.deepEqual({ ...credentialsFile }, {});
});

Deno.test("showClientSettings() refuses what the SDK would read otherwise", () => {
  const wrong: Record<string, [text: string, message: RegExp]> = {
    "a comment": ["[profile p]\nendpoint_url = http://x # mine\n", /^\/c:2:16: endpoint_url has/],
    "a name with a comment": [
      "[profile 'a #b']\nendpoint_url = http://x\n",
      /^\/c:1:1: the name of/,
    ],
    "no such services": [
      "[profile p]\nservices = x\n[services y]\n",
      /^\/c:2:12: .*services "x", but/,
    ],
  };
  for (const [what, [text, message]] of Object.entries(wrong)) {
    const config = parse(text);
    const [name = ""] = config.profiles.keys();
    assert.throws(
      () => showClientSettings(name, config, { needsEndpoint: true }),
      (error) => error instanceof ConfigError && message.test(error.message),
      what,
    );
  }
  showClientSettings("p", parse("[profile p]\nservices = x\n"), { needsEndpoint: false });
});
