import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { failures } from "../support/aws/mod.ts";
import { type HostileAnswer, HostileServer } from "../support/hostile_server.ts";
import { COMMAND, type Environment, MfaSandbox } from "../support/mfa_sandbox.ts";

const NOT_AWS = "The response is not from AWS, or it is corrupt: ";
const ANSWERS: readonly HostileAnswer[] = ["chunks", "compressed", "headers"];
/** Bytes that lie between two programs that do not read. */
const BUFFERS = 32 * 1_048_576;

for (const answer of ANSWERS) {
  Deno.test(`wev reads no answer of AWS's to its end that has none: ${answer}`, async () => {
    await using mfa = new MfaSandbox();
    await using server = new HostileServer(answer);
    const { code, stderr } = await mfa.run(["true"], { env: { AWS_ENDPOINT_URL: server.url } });
    assert.equal(code, 125);
    assert.ok(stderr.includes(`${NOT_AWS}it has more than 1 MiB`), stderr);
    assert.ok(server.taken < BUFFERS, `${server.taken}`);
  });
}

/** Ways to keys that somebody else gives, by where they are asked for. */
const PROVIDERS: Record<string, (url: string, mfa: MfaSandbox) => Environment> = {
  "the portal of IAM Identity Center": (url, mfa) => {
    writeSso(mfa, "2099-01-01T00:00:00Z");
    return { AWS_ENDPOINT_URL_SSO: url, AWS_PROFILE: "sso" };
  },
  "the OIDC service of IAM Identity Center": (url, mfa) => {
    writeSso(mfa, "2001-01-01T00:00:00Z");
    return { AWS_ENDPOINT_URL_SSO_OIDC: url, AWS_PROFILE: "sso" };
  },
  "the sign-in of a login session": (url, mfa) => {
    const session = "arn:aws:iam::123456789012:user/ann";
    mfa.sandbox.write(
      "home/.aws/config",
      `[profile login]\nlogin_session = ${session}\nregion = us-east-1\n`,
    );
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    mfa.sandbox.write(
      `home/.aws/login/cache/${createHash("sha256").update(session).digest("hex")}.json`,
      JSON.stringify({
        accessToken: {
          accessKeyId: "ASIAEXAMPLEEXAMPLE00",
          secretAccessKey: "planted-secret",
          sessionToken: "planted-session-token",
          accountId: "123456789012",
          expiresAt: "2001-01-01T00:00:00Z",
        },
        clientId: "client",
        refreshToken: "planted-refresh-token",
        dpopKey: privateKey.export({ format: "pem", type: "sec1" }),
      }),
    );
    return { AWS_ENDPOINT_URL_SIGNIN: url, AWS_PROFILE: "login" };
  },
  "the STS of a web identity": (url, mfa) => {
    const token = mfa.sandbox.write("home/token", "planted-web-identity");
    mfa.sandbox.write(
      "home/.aws/config",
      "[profile web]\nrole_arn = arn:aws:iam::123456789012:role/web\n" +
        `region = us-east-1\nweb_identity_token_file = ${token}\n`,
    );
    return { AWS_ENDPOINT_URL_STS: url, AWS_PROFILE: "web" };
  },
  "a container": (url, mfa) => {
    writeMachine(mfa, "EcsContainer");
    return {
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/keys`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: "planted-container-token",
      AWS_PROFILE: "machine",
    };
  },
  "a machine": (url, mfa) => {
    writeMachine(mfa, "Ec2InstanceMetadata");
    return { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_PROFILE: "machine" };
  },
};

function writeSso({ sandbox }: MfaSandbox, expiresAt: string): void {
  sandbox.write(
    "home/.aws/config",
    "[profile sso]\nsso_session = here\nsso_account_id = 123456789012\nsso_role_name = admin\n" +
      "region = us-east-1\n[sso-session here]\nsso_region = us-east-1\n" +
      "sso_start_url = https://here.awsapps.com/start\n",
  );
  // The name is the SHA-1 of the session's.
  sandbox.write(
    "home/.aws/sso/cache/0154c0dabe7145db37e0b81bf667e7224abec0ba.json",
    JSON.stringify({
      accessToken: "planted-access-token",
      expiresAt,
      clientId: "client",
      clientSecret: "planted-client-secret",
      refreshToken: "planted-refresh-token",
    }),
  );
}

function writeMachine({ sandbox }: MfaSandbox, source: string): void {
  sandbox.write(
    "home/.aws/config",
    "[profile machine]\nrole_arn = arn:aws:iam::123456789012:role/deploy\n" +
      `region = us-east-1\ncredential_source = ${source}\n`,
  );
}

const NO_KEYS = {
  AWS_ACCESS_KEY_ID: undefined,
  AWS_SECRET_ACCESS_KEY: undefined,
  AWS_ENDPOINT_URL: undefined,
  AWS_EC2_METADATA_DISABLED: "false",
};

for (const [what, lead] of Object.entries(PROVIDERS)) {
  Deno.test(`wev reads no answer of ${what} to its end that has none`, async () => {
    await using mfa = new MfaSandbox();
    await using server = new HostileServer("chunks");
    const env = { ...NO_KEYS, AWS_ENDPOINT_URL_STS: mfa.aws.endpoint, ...lead(server.url, mfa) };
    const { code, stderr } = await mfa.run(["true"], { env });
    assert.equal(code, 125);
    assert.ok(server.taken > 0, stderr);
    assert.ok(server.taken < BUFFERS, `${server.taken}`);
    assert.match(stderr, /There are no credentials from /);
  });

  Deno.test(`wev asks ${what} nowhere but at AWS's hosts and on this computer`, async () => {
    for (const url of ["http://aws.example.com", "https://sts.us-east-1.elb.amazonaws.com"]) {
      await using mfa = new MfaSandbox();
      const env = { ...NO_KEYS, AWS_ENDPOINT_URL_STS: mfa.aws.endpoint, ...lead(url, mfa) };
      const { code, stderr } = await mfa.run(["--log-level", "debug", "true"], { env });
      assert.equal(code, 125);
      const { hostname } = new URL(url);
      assert.ok(
        stderr.includes(`wev sends no credentials to ${hostname}: it is not a host of AWS`),
        stderr,
      );
      assert.ok(!stderr.includes("planted"), stderr);
      const { stdout } = await mfa.run(["--explain"], { env });
      assert.ok(stdout.includes(`wev sends no credentials to ${hostname}`), stdout);
    }
  });
}

const arnAnswer = (arn: string) =>
  `<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>${arn}</Arn>` +
  "</GetCallerIdentityResult></GetCallerIdentityResponse>";
const ENTITIES = Array.from(
  { length: 9 },
  (_, at) => `<!ENTITY e${at + 1} "${`&e${at};`.repeat(10)}">`,
).join("");

const BODIES: Record<string, readonly [body: string | Uint8Array<ArrayBuffer>, type?: string]> = {
  "that is not UTF-8": [
    new Uint8Array([...new TextEncoder().encode("<a><Arn>arn:aws:iam::1"), 0xff, 0xc0, 0x80]),
  ],
  "that is empty": [""],
  "that is JSON": ['{"Arn": "arn:aws:iam::123456789012:user/ann"}', "application/json"],
  "that is a text": ["It works!", "text/plain"],
  "of NUL characters": ["\0".repeat(1000)],
  "with entities of entities": [
    `<!DOCTYPE a [<!ENTITY e0 "ha">${ENTITIES}]>${
      arnAnswer("arn:aws:iam::123456789012:user/&e9;")
    }`,
  ],
  "of elements in elements": [`${"<a>".repeat(100_000)}${"</a>".repeat(100_000)}`],
  "whose ARN is none": [arnAnswer("ann")],
  "whose ARN moves the cursor": [arnAnswer("arn:aws:iam::123456789012:user/a&#10;&#27;[31m")],
  "whose ARN has no end": [arnAnswer(`arn:aws:iam::123456789012:user/${"a".repeat(100_000)}`)],
};

for (const [what, [body, contentType = "text/xml"]] of Object.entries(BODIES)) {
  Deno.test(`wev tells an answer ${what} from AWS's`, async () => {
    await using mfa = new MfaSandbox();
    mfa.aws.failures.add("*", { kind: "page", status: 200, contentType, body });
    const { code, stderr } = await mfa.run(["true"]);
    assert.equal(code, 125);
    assert.ok(stderr.startsWith(`wev: error: ${NOT_AWS}`), stderr);
    assert.ok(stderr.length < 1000, stderr);
    assert.deepEqual(mfa.actions, ["GetCallerIdentity"]);
  });
}

for (const expiration of ["tomorrow", "", "2026-13-45T99:99:99Z", "9".repeat(400), "1e400"]) {
  Deno.test(`wev tells credentials that expire at "${expiration.slice(0, 20)}" from AWS's`, async () => {
    await using mfa = new MfaSandbox();
    const body = "<GetSessionTokenResponse><GetSessionTokenResult><Credentials>" +
      "<AccessKeyId>ASIAEXAMPLEEXAMPLE00</AccessKeyId><SecretAccessKey>s</SecretAccessKey>" +
      `<SessionToken>t</SessionToken><Expiration>${expiration}</Expiration>` +
      "</Credentials></GetSessionTokenResult></GetSessionTokenResponse>";
    mfa.aws.failures.add("GetSessionToken", failures.xml(body));
    await using pty = mfa.start();
    assert.equal(await mfa.answer(pty), 125, pty.shown);
    assert.ok(pty.shown.includes(NOT_AWS), pty.shown);
    assert.equal(mfa.codes.length, 1);
  });
}

Deno.test("wev does not send a second code where the answer to the first is too large", async () => {
  await using mfa = new MfaSandbox();
  const body = "<".repeat(1_048_577);
  mfa.aws.failures.add("GetSessionToken", failures.xml(body));
  await using pty = mfa.start();
  assert.equal(await mfa.answer(pty), 125, pty.shown);
  assert.ok(pty.shown.includes(`${NOT_AWS}it has more than 1 MiB`), pty.shown);
  assert.equal(mfa.codes.length, 1);
});

const listAnswer = (serial: string, marker: string) =>
  `<ListMFADevicesResponse><ListMFADevicesResult><MFADevices><member><UserName>ann</UserName>` +
  `<SerialNumber>${serial}</SerialNumber></member></MFADevices><IsTruncated>true</IsTruncated>` +
  `<Marker>${marker}</Marker></ListMFADevicesResult></ListMFADevicesResponse>`;
const SERIAL = "arn:aws:iam::123456789012:mfa/ann";

Deno.test("wev follows a list of devices over 20 pages, and no further", async () => {
  const devices = Array.from({ length: 21 }, (_, at) => ({ name: `phone-${at}` }));
  const options = { aws: { pageSize: 1 } };
  await using few = new MfaSandbox({ ...options, user: { devices: devices.slice(1) } });
  const chosen = await few.run(["true"]);
  assert.match(chosen.stderr, /has 20 MFA devices/);
  await using many = new MfaSandbox({ ...options, user: { devices } });
  const { code, stderr } = await many.run(["true"]);
  assert.equal(code, 125);
  assert.ok(stderr.includes(`${NOT_AWS}its list of MFA devices has more than 20 pages`), stderr);
  assert.equal(many.aws.requestsOf("ListMFADevices").length, 20);
});

for (
  const [what, body, said, requests] of [
    ["repeats a page", listAnswer(SERIAL, "again"), "repeats a page", 2],
    ["names no devices", listAnswer("a\n\x1b[2Jb and more", "m"), "an invalid serial number", 1],
  ] as const
) {
  Deno.test(`wev tells a list of devices that ${what} from AWS's`, async () => {
    await using mfa = new MfaSandbox();
    mfa.aws.failures.add("ListMFADevices", failures.xml(body), { times: Infinity });
    const { code, stderr } = await mfa.run(["true"]);
    assert.equal(code, 125);
    assert.ok(stderr.includes(NOT_AWS) && stderr.includes(said), stderr);
    assert.equal(mfa.aws.requestsOf("ListMFADevices").length, requests);
  });
}

Deno.test("wev shows 500 characters of what AWS says, on one line", async () => {
  await using mfa = new MfaSandbox();
  const refusal = failures.error(400, `Odd${"d".repeat(5000)}`, "one\n\ntwo ".repeat(2000));
  mfa.aws.failures.add("*", refusal);
  const { code, stderr } = await mfa.run(["true"]);
  assert.equal(code, 125);
  const [, quoted = ""] = /^wev: error: AWS refused: (.*…) \(Odd+\)$/m.exec(stderr) ?? [];
  assert.equal(quoted.length, 500, stderr);
  assert.ok(stderr.length < 1000, stderr);
});

/** How a refusal may spell what it quotes. */
const SPELLINGS: Record<string, (text: string) => string> = {
  "as it is": (text) => text,
  "escaped for URLs": encodeURIComponent,
  "in base64": btoa,
  "as XML references": (text) => [...text].map((one) => `&#${one.charCodeAt(0)};`).join(""),
  "cut": (text) => text.slice(0, 30),
};

for (const [what, spell] of Object.entries(SPELLINGS)) {
  Deno.test(`wev shows no secret that a refusal quotes ${what}`, async () => {
    const externalId = "planted/external=id";
    await using mfa = new MfaSandbox({
      options: { role_arn: "arn:aws:iam::123456789012:role/admin", external_id: externalId },
    });
    for (const action of ["AssumeRole", "GetSessionToken"]) {
      const secrets = new Set([mfa.user.accessKey.secretAccessKey, externalId]);
      mfa.aws.failures.clear();
      mfa.aws.failures.add(
        action,
        failures.error(403, "AccessDenied", ({ headers, parameters }) => {
          const sent = [headers.get("x-amz-security-token"), parameters.get("TokenCode")];
          for (const secret of sent) if (secret) secrets.add(secret);
          return `sts:AssumeRole ${
            [...secrets].map((secret) => `"${spell(secret)}"`).join(" ")
          } end`;
        }),
        { times: Infinity },
      );
      await using pty = mfa.start(["--log-level", "debug", "--refresh", ...COMMAND]);
      assert.equal(await mfa.answer(pty), 125, pty.shown);
      mfa.aws.clock.advance(60);
      assert.ok(pty.shown.includes("[secret]") && pty.shown.includes("AWS refused"), pty.shown);
      assert.equal(secrets.size, 3, "the session token, or the code");
      const places = [pty.shown, ...notesOf(mfa.sandbox.cache)];
      for (const secret of secrets) {
        const spelled = spell(secret);
        for (const text of places) assert.ok(!text.includes(spelled), `${spelled} in ${text}`);
      }
    }
  });
}

/** Returns what lock files say: a failure, for the runs that wait. */
function notesOf(cache: string): string[] {
  const directory = `${cache}/locks`;
  return [...Deno.readDirSync(directory)].map(({ name }) =>
    Deno.readTextFileSync(`${directory}/${name}`)
  );
}

Deno.test("wev keeps no secret as the name of whoever a session is of", async () => {
  await using mfa = new MfaSandbox();
  const { secretAccessKey } = mfa.user.accessKey;
  mfa.aws.failures.add(
    "GetCallerIdentity",
    failures.xml(arnAnswer(`arn:aws:iam::123456789012:user/${secretAccessKey}`)),
  );
  await using pty = mfa.start(["--log-level", "debug", ...COMMAND]);
  await pty.end();
  const { stdout } = await mfa.run(["--explain"]);
  const list = await mfa.run(["--list"]);
  for (const text of [pty.shown, stdout, list.stdout]) {
    assert.ok(!text.includes(secretAccessKey), text);
  }
  assert.ok(pty.shown.includes("[secret]"), pty.shown);
});

Deno.test("wev takes the keys that a container gives, and those of a machine", async () => {
  for (const source of ["EcsContainer", "Ec2InstanceMetadata"]) {
    await using mfa = new MfaSandbox();
    const { aws, user } = mfa;
    aws.addRole({ name: "deploy" });
    const { accessKeyId, secretAccessKey, sessionToken, expiresAt } = aws.account.issue({
      identity: { arn: user.arn, userId: user.id, user },
      mfa: true,
      origin: "session",
      duration: 3600,
    });
    const keys = JSON.stringify({
      Code: "Success",
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      Token: sessionToken,
      Expiration: new Date(expiresAt).toISOString(),
    });
    const asked: string[] = [];
    await using machine = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => {
        const { pathname } = new URL(request.url);
        const proof = request.headers.get("authorization") ??
          request.headers.get("x-aws-ec2-metadata-token") ?? "none";
        asked.push(`${request.method} ${pathname} ${proof}`);
        if (request.method === "PUT") return new Response("token");
        if (pathname.endsWith("/security-credentials/")) return new Response("of-machine\n");
        return new Response(keys);
      },
    );
    const url = `http://127.0.0.1:${machine.addr.port}`;
    writeMachine(mfa, source);
    const { code, stderr, stdout } = await mfa.run(COMMAND, {
      env: {
        ...NO_KEYS,
        AWS_PROFILE: "machine",
        AWS_ENDPOINT_URL_STS: aws.endpoint,
        AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/keys`,
        AWS_CONTAINER_AUTHORIZATION_TOKEN: "proof",
        AWS_EC2_METADATA_SERVICE_ENDPOINT: url,
      },
    });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^ran with ASIA/);
    assert.deepEqual(
      asked,
      source === "EcsContainer" ? ["GET /keys proof"] : [
        "PUT /latest/api/token none",
        "GET /latest/meta-data/iam/security-credentials/ token",
        "GET /latest/meta-data/iam/security-credentials/of-machine token",
      ],
    );
  }
});
