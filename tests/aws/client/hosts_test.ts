import assert from "node:assert/strict";
import manifest from "../../../deno.json" with { type: "json" };
import { checkHost, hostOf } from "../../../src/aws/client/hosts.ts";

const AWS = [
  "sts.amazonaws.com",
  "sts.us-east-1.amazonaws.com",
  "STS.EU-CENTRAL-1.AMAZONAWS.COM",
  "sts.us-east-1.amazonaws.com:8443",
  "sts-fips.us-east-1.amazonaws.com",
  "sts.eu-west-1.api.aws",
  "sts-fips.us-west-2.api.aws",
  "sts.us-gov-west-1.amazonaws.com",
  "sts.cn-north-1.amazonaws.com.cn",
  "sts.cn-northwest-1.api.amazonwebservices.com.cn",
  "sts.eusc-de-east-1.amazonaws.eu",
  "sts.eusc-de-east-1.api.amazonwebservices.eu",
  "sts.us-iso-east-1.c2s.ic.gov",
  "sts.us-isob-east-1.sc2s.sgov.gov",
  "sts.eu-isoe-west-1.cloud.adc-e.uk",
  "sts.us-isof-south-1.csp.hci.ic.gov",
  "iam.amazonaws.com",
  "iam-fips.amazonaws.com",
  "iam.global.api.aws",
  "iam-fips.global.api.aws",
  "iam.us-gov.amazonaws.com",
  "iam.us-gov.api.aws",
  "iam.cn-north-1.amazonaws.com.cn",
  "iam.global.api.amazonwebservices.com.cn",
  "iam.eusc-de-east-1.amazonaws.eu",
  "iam.us-iso-east-1.c2s.ic.gov",
  "iam-fips.us-isob-east-1.sc2s.sgov.gov",
  "portal.sso.eu-west-1.amazonaws.com",
  "portal.sso-fips.us-gov-west-1.amazonaws.com",
  "portal.sso.us-east-1.api.aws",
  "oidc.eu-west-1.amazonaws.com",
  "oidc-fips.us-east-1.amazonaws.com",
  "sso.us-gov-east-1.amazonaws.com",
  "eu-west-1.signin.aws.amazon.com",
  "cn-north-1.signin.amazonaws.cn",
  "us-gov-west-1.signin.amazonaws-us-gov.com",
  "signin.us-iso-east-1.c2s.ic.gov",
  "codeartifact.eu-west-1.amazonaws.com",
  "vpce-0123456789abcdef0-abcdefgh.sts.us-east-1.vpce.amazonaws.com",
  "vpce-0123456789abcdef0-abcdefgh-us-east-1a.sts.us-east-1.vpce.amazonaws.com",
  "vpce-0123456789abcdef0-abcdefgh.iam.us-east-1.vpce.amazonaws.com",
  "vpce-0123456789abcdef0-abcdefgh.api.codeartifact.us-east-1.vpce.amazonaws.com",
  "vpce-0123456789abcdef0-abcdefgh.sts.cn-north-1.vpce.amazonaws.com.cn",
];

const OTHERS = [
  "ec2-192-0-2-1.compute-1.amazonaws.com",
  "ec2-192-0-2-1.eu-west-1.compute.amazonaws.com",
  "abcdef0123.execute-api.us-east-1.amazonaws.com",
  "sts.execute-api.us-east-1.amazonaws.com",
  "sts-123456.us-east-1.elb.amazonaws.com",
  "sts.s3.amazonaws.com",
  "sts.s3-us-west-2.amazonaws.com",
  "sts.s3-website-us-east-1.amazonaws.com",
  "sts.us-east-1.s3.amazonaws.com",
  "bucket.sts.us-east-1.amazonaws.com",
  "vpce-0123-abcd.vpce-svc-0123456789.us-east-1.vpce.amazonaws.com",
  "vpce-0123-abcd.execute-api.us-east-1.vpce.amazonaws.com",
  "sts.us-east-1.vpce.amazonaws.com.example.com",
  "sts.us-east-1.amazonaws.com.",
  "sts.us-east-1.amazonaws.com.example.com",
  "sts.us-east-1.amazonaws.com@example.com",
  "sts.us-east-1.example.amazonaws.com",
  "sts.us-east-1.example.com",
  "xsts.us-east-1.amazonaws.com",
  "sts.compute.amazonaws.com",
  "sts.us-east-1xamazonaws.com",
  "ѕts.us-east-1.amazonaws.com",
  "amazonaws.com",
  "console.aws.amazon.com",
  "us-east-1.example.signin.aws.amazon.com",
  "example.com",
  "127.0.0.1.example.com",
  "127.0.0.2",
  "0.0.0.0",
  "localhost.",
  "localhost.example.com",
  "[::ffff:127.0.0.1]",
  "[::]",
  "169.254.169.253",
  "[fd00:ec2::253]",
  "10.0.0.1",
];

const LOCAL = [
  "localhost:4566",
  "LOCALHOST",
  "127.0.0.1:4566",
  "127.1",
  "0x7f.0.0.1",
  "2130706433",
  "[::1]:4566",
  "[0:0:0:0:0:0:0:1]",
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::254]",
  "[fd00:ec2::23]",
  "user:password@localhost:4566",
];

Deno.test("checkHost() lets requests go to AWS's services, over TLS only", () => {
  for (const host of AWS) {
    checkHost(new URL(`https://${host}/`));
    assert.throws(() => checkHost(new URL(`http://${host}/`)), /only TLS keeps them secret$/, host);
  }
});

Deno.test("checkHost() refuses every other host, whatever domain it is in", () => {
  for (const host of OTHERS) {
    for (const protocol of ["https", "http"]) {
      const url = new URL(`${protocol}://${host}/`);
      assert.throws(() => checkHost(url), /is not a host of AWS/, url.href);
    }
  }
});

Deno.test("checkHost() lets requests go to this computer, and to where machines get their keys", () => {
  for (const host of LOCAL) {
    checkHost(new URL(`http://${host}/`));
    checkHost(new URL(`https://${host}/`));
  }
});

Deno.test("checkHost() refuses what is no URL of a web server", () => {
  for (const url of ["ftp://localhost/", "file:///etc/passwd", "data:,x", "ws://127.0.0.1/"]) {
    assert.throws(() => checkHost(new URL(url)), /is not a URL of a web server/, url);
  }
});

Deno.test("the permission set has the hosts that checkHost() lets through", () => {
  const { net } = manifest.permissions.default;
  const isOpen = (host: string) =>
    net.some((pattern) =>
      pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern
    );
  const hosts = [...AWS, ...LOCAL].map((host) => new URL(`http://${host}/`).hostname);
  assert.deepEqual(hosts.filter((host) => !isOpen(host)), []);
});

Deno.test("hostOf() tells of ports and missing TLS", () => {
  assert.equal(hostOf(new URL("https://sts.amazonaws.com/")), "sts.amazonaws.com");
  assert.equal(hostOf(new URL("https://sts.amazonaws.com:8443/x")), "sts.amazonaws.com:8443");
  assert.equal(hostOf(new URL("http://ann:secret@127.0.0.1:4566/x")), "http://127.0.0.1:4566");
});
