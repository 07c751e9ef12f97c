import assert from "node:assert/strict";
import { loadSsoSessionData, parseKnownFiles } from "@smithy/core/config";
import { parseSharedConfig, settingOf } from "../../../src/aws/profiles/shared_config.ts";
import { ConfigError } from "../../../src/errors.ts";
import { exposeProfile, hideFiles } from "../../../src/aws/client/sdk.ts";

function parse(text: string) {
  return parseSharedConfig({ file: "/c", text }, { file: "/none", text: undefined });
}

Deno.test("exposeProfile() lets the SDK's providers see what was chosen, and nothing when they are done", async () => {
  const { profiles, ssoSessions } = parse(
    "[profile münchen]\nSSO_SESSION: my work\nregion = x\naws_access_key_id = no\n" +
      "[sso-session 'my work']\nsso_start_url = https://x/start/#/\nother = no\n",
  );
  const read = async () => ({
    profiles: { ...await parseKnownFiles({ ignoreCache: true }) },
    sessions: await loadSsoSessionData(),
  });
  {
    using files = exposeProfile([settingOf(profiles.get("münchen"), "sso_session"), undefined], {
      header: "sso-session.my work",
      settings: [settingOf(ssoSessions.get("my work"), "sso_start_url")],
    });
    using other = exposeProfile([settingOf(profiles.get("münchen"), "region")]);
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

Deno.test("exposeProfile() refuses what the SDK would read otherwise", () => {
  const { profiles } = parse("[profile p]\nendpoint_url = http://x # mine\n");
  const settings = [settingOf(profiles.get("p"), "endpoint_url")];
  assert.throws(
    () => exposeProfile(settings),
    (error) => error instanceof ConfigError && /^\/c:2:16: endpoint_url has/.test(error.message),
  );
});

Deno.test("hideFiles() lets the SDK find nothing in the files", async () => {
  hideFiles();
  assert.deepEqual({ ...await parseKnownFiles({ ignoreCache: true }) }, {});
});
