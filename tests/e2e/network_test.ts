import assert from "node:assert/strict";
import { MfaSandbox } from "../support/mfa_sandbox.ts";
import { AUTHORITY, Proxy, TlsFront } from "../support/tls_front.ts";

/** What leads to AWS itself. */
const NO_ENDPOINT = {
  AWS_ENDPOINT_URL: undefined,
  AWS_REGION: "us-east-1",
  // From source Deno itself goes through the proxy.
  DENO_NO_UPDATE_CHECK: "1",
};
const AWS = "sts.us-east-1.amazonaws.com:443";

for (const name of ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"]) {
  Deno.test(`wev reaches AWS through the proxy that ${name} names, with a user and a password`, async () => {
    await using mfa = new MfaSandbox();
    await using aws = new TlsFront(mfa.aws.endpoint);
    const authorization = `Basic ${btoa("ann:secret")}`;
    await using proxy = new Proxy({ to: aws.port, authorization });
    const way = { [name]: `http://ann:secret@${proxy.address}`, AWS_CA_BUNDLE: AUTHORITY };
    const device = mfa.user.device.serialNumber;
    mfa.sandbox.write(
      "home/project/.wev.yml",
      `[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:\n  plugin:\n    mfa_device: ${device}\n`,
    );
    await mfa.login(["true"], { ...NO_ENDPOINT, ...way });
    assert.deepEqual(mfa.actions, ["GetCallerIdentity", "GetSessionToken"]);
    assert.deepEqual(proxy.tunnels, [AWS, AWS]);
  });
}

Deno.test("wev goes straight to the hosts that NO_PROXY names", async () => {
  await using mfa = new MfaSandbox();
  await using aws = new TlsFront(mfa.aws.endpoint);
  await using proxy = new Proxy({ to: aws.port });
  await mfa.login(["true"], {
    HTTPS_PROXY: `http://${proxy.address}`,
    DENO_NO_UPDATE_CHECK: "1",
    NO_PROXY: "example.com,127.0.0.1",
    AWS_ENDPOINT_URL: `https://127.0.0.1:${aws.port}`,
    AWS_CA_BUNDLE: AUTHORITY,
  });
  assert.deepEqual(mfa.actions, ["GetCallerIdentity", "ListMFADevices", "GetSessionToken"]);
  assert.deepEqual(proxy.tunnels, []);
});

Deno.test("wev trusts what the system trusts, and tells the command nothing of it", async () => {
  await using mfa = new MfaSandbox();
  await using aws = new TlsFront(mfa.aws.endpoint);
  const env = { AWS_ENDPOINT_URL: `https://127.0.0.1:${aws.port}`, SSL_CERT_FILE: AUTHORITY };
  await using pty = mfa.start(["sh", "-c", 'echo "store=${DENO_TLS_CA_STORE-none}"'], env);
  assert.equal(await mfa.answer(pty), 0, pty.shown);
  assert.ok(pty.shown.includes("store=none"), pty.shown);
});

/** Makes what can't be read as certificates, and returns the variables that name it. */
const UNREADABLE: Record<
  string,
  (mfa: MfaSandbox) => { readonly SSL_CERT_FILE: string; readonly SSL_CERT_DIR: string }
> = {
  "is not there": ({ sandbox }) => ({
    SSL_CERT_FILE: `${sandbox.root}/nothing`,
    SSL_CERT_DIR: `${sandbox.root}/nothing`,
  }),
  "is empty": () => ({ SSL_CERT_FILE: "", SSL_CERT_DIR: "" }),
  "is a directory, and the other way round": ({ sandbox }) => ({
    SSL_CERT_FILE: sandbox.home,
    SSL_CERT_DIR: sandbox.write("file", ""),
  }),
  "is a device": () => ({ SSL_CERT_FILE: "/dev/zero", SSL_CERT_DIR: "/dev/null" }),
  "may be read by nobody": ({ sandbox }) => {
    const SSL_CERT_FILE = sandbox.write("secret/file.pem", "nothing");
    const SSL_CERT_DIR = `${sandbox.root}/secret`;
    Deno.chmodSync(SSL_CERT_FILE, 0);
    Deno.chmodSync(SSL_CERT_DIR, 0);
    return { SSL_CERT_FILE: `${SSL_CERT_DIR}/file.pem`, SSL_CERT_DIR };
  },
};

for (const [what, name] of Object.entries(UNREADABLE)) {
  for (const store of [{}, { DENO_TLS_CA_STORE: "mozilla,system" }]) {
    const ofWhom = "DENO_TLS_CA_STORE" in store ? " that was asked for" : "";
    Deno.test(`wev does without what the system trusts${ofWhom} where it ${what}`, async () => {
      await using mfa = new MfaSandbox();
      await using aws = new TlsFront(mfa.aws.endpoint);
      const variables = name(mfa);
      const env = {
        AWS_ENDPOINT_URL: `https://127.0.0.1:${aws.port}`,
        AWS_CA_BUNDLE: AUTHORITY,
        ...variables,
        ...store,
      };
      await using pty = mfa.start(["sh", "-c", 'echo "has $SSL_CERT_FILE, $SSL_CERT_DIR."'], env);
      assert.equal(await mfa.answer(pty), 0, pty.shown);
      const { SSL_CERT_FILE, SSL_CERT_DIR } = variables;
      assert.ok(pty.shown.includes(`has ${SSL_CERT_FILE}, ${SSL_CERT_DIR}.`), pty.shown);
      if (what === "may be read by nobody") Deno.chmodSync(SSL_CERT_DIR, 0o700);
    });
  }
}

for (const path of ["/", "/dev/zero", "/nonexistent"]) {
  Deno.test(`wev says that AWS_CA_BUNDLE names no file: ${path}`, async () => {
    await using mfa = new MfaSandbox();
    const { code, stderr } = await mfa.run(["true"], { env: { AWS_CA_BUNDLE: path } });
    assert.equal(code, 125);
    assert.ok(stderr.includes(`Can't read the certificates in ${path}`), stderr);
    assert.ok(stderr.includes("Check AWS_CA_BUNDLE."), stderr);
    assert.deepEqual(mfa.actions, []);
  });
}

for (
  const [what, content, said] of [
    ["no certificate", "", "There is no certificate in "],
    [
      "half a certificate",
      "-----BEGIN CERTIFICATE-----\nMIIB\n",
      "A trusted certificate can't be parsed",
    ],
  ] as const
) {
  Deno.test(`wev says that AWS_CA_BUNDLE names a file with ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await using aws = new TlsFront(mfa.aws.endpoint);
    const file = mfa.sandbox.write("bundle.pem", content);
    const env = { AWS_ENDPOINT_URL: `https://127.0.0.1:${aws.port}`, AWS_CA_BUNDLE: file };
    await using pty = mfa.start(["true"], env);
    assert.equal(await pty.end(), 125);
    assert.ok(pty.shown.includes(said), pty.shown);
    assert.ok(pty.shown.includes("AWS_CA_BUNDLE"), pty.shown);
  });
}

Deno.test("wev leads no request without TLS through a proxy, and the command has the proxy", async () => {
  await using mfa = new MfaSandbox();
  await using proxy = new Proxy({ to: 0 });
  const env = { HTTP_PROXY: `http://${proxy.address}`, ALL_PROXY: `http://${proxy.address}` };
  await using pty = mfa.start(["sh", "-c", 'echo "proxy=$HTTP_PROXY,$ALL_PROXY"'], env);
  assert.equal(await mfa.answer(pty), 0, pty.shown);
  assert.ok(pty.shown.includes(`proxy=${env.HTTP_PROXY},${env.ALL_PROXY}`), pty.shown);
  assert.deepEqual(proxy.tunnels, []);
});

Deno.test("wev asks for a web identity through the proxy, and says why there is none", async () => {
  await using mfa = new MfaSandbox();
  await using proxy = new Proxy({ to: 0, authorization: "Basic none" });
  const token = mfa.sandbox.write("home/token", "token");
  mfa.sandbox.write(
    "home/.aws/config",
    "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/ci\n" +
      `web_identity_token_file = ${token}\n`,
  );
  await using pty = mfa.start(["true"], {
    ...NO_ENDPOINT,
    AWS_ACCESS_KEY_ID: undefined,
    AWS_SECRET_ACCESS_KEY: undefined,
    AWS_PROFILE: "ci",
    HTTPS_PROXY: `http://${proxy.address}`,
  });
  assert.equal(await pty.end(), 125);
  assert.equal(proxy.tunnels[0], AWS);
  assert.ok(pty.shown.includes("The proxy rejected the request"), pty.shown);
});

Deno.test("wev tells what a proxy wants that refuses", async () => {
  await using mfa = new MfaSandbox();
  await using proxy = new Proxy({ to: 0, authorization: "Basic none" });
  const env = { ...NO_ENDPOINT, HTTPS_PROXY: `http://ann:planted@${proxy.address}` };
  await using pty = mfa.start(["true"], env);
  assert.equal(await pty.end(), 125);
  assert.ok(pty.shown.includes("The proxy rejected the request"), pty.shown);
  assert.ok(pty.shown.includes("it requires a user name and password"), pty.shown);
  assert.ok(!pty.shown.includes("planted"), pty.shown);
});

for (
  const [what, host, variables] of [
    ["that nobody vouches for", "127.0.0.1", {}],
    // The names that it has are in Deno's message, "guest-proxy" among them.
    ["of another host", "localhost", { AWS_CA_BUNDLE: AUTHORITY }],
  ] as const
) {
  Deno.test(`wev trusts no certificate ${what}`, async () => {
    await using mfa = new MfaSandbox();
    await using aws = new TlsFront(mfa.aws.endpoint);
    const env = { AWS_ENDPOINT_URL: `https://${host}:${aws.port}`, ...variables };
    await using pty = mfa.start(["true"], env);
    assert.equal(await pty.end(), 125);
    assert.ok(pty.shown.includes("The certificate of AWS's endpoint can't be verified"), pty.shown);
    assert.ok(pty.shown.includes("AWS_CA_BUNDLE"), pty.shown);
    assert.deepEqual(mfa.actions, []);
  });
}
