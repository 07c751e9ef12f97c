/**
 * The hosts that requests may go to: AWS's own services over TLS, and this computer, because requests contain
 * credentials and codes. A domain of AWS alone proves nothing: anybody can rent a machine, a bucket or an API
 * with a name below amazonaws.com.
 *
 * @module
 */

import { WevError } from "../../errors.ts";
import { noWebServer } from "../failures.ts";
import { REGION } from "../regions.ts";

const LOOPBACK: readonly string[] = ["localhost", "127.0.0.1", "[::1]"];

/** Hosts that need no TLS: loopback, and the services that give a machine or container its keys. */
const LOCAL: ReadonlySet<string> = new Set([
  ...LOOPBACK,
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "[fd00:ec2::254]",
  "[fd00:ec2::23]",
]);

const SERVICE = "(?:sts|iam|sso|portal\\.sso|oidc|signin|codeartifact)(?:-fips)?";

/** The domains of the partitions from botocore's partitions.json: IPv4, then dual-stack. */
const DOMAIN = `(?:${
  [
    "amazonaws.com",
    "amazonaws.com.cn",
    "amazonaws.eu",
    "c2s.ic.gov",
    "sc2s.sgov.gov",
    "cloud.adc-e.uk",
    "csp.hci.ic.gov",
    "api.aws",
    "api.amazonwebservices.com.cn",
    "api.amazonwebservices.eu",
    "api.aws.ic.gov",
    "api.aws.scloud",
    "api.cloud-aws.adc-e.uk",
    "api.aws.hci.ic.gov",
  ].join("|").replaceAll(".", "\\.")
})`;

/** The host names of AWS's services, by the endpoint rules of the SDKs. */
const AWS = new RegExp(
  `^(?:${
    [
      `${SERVICE}\\.${REGION}\\.${DOMAIN}`,
      // Services with one endpoint for a partition.
      `(?:sts|iam)(?:-fips)?\\.${DOMAIN}`,
      `iam(?:-fips)?\\.(?:global|us-gov)\\.${DOMAIN}`,
      `${REGION}\\.signin\\.(?:aws\\.amazon\\.com|amazonaws\\.cn|amazonaws-us-gov\\.com)`,
      // Interface endpoints of a VPC; those of other vendors have `vpce-svc-…` for the service.
      `vpce-[a-z0-9-]+\\.(?:api\\.)?${SERVICE}\\.${REGION}\\.vpce\\.${DOMAIN}`,
    ].join("|")
  })$`,
);

/**
 * Checks that wev may send credentials and codes to `url`. The URL is parsed as for requests, so a user name,
 * capitals or an unusual spelling of an address can't disguise the host.
 *
 * @throws {WevError} if it may not.
 */
export function checkHost(url: URL): void {
  const { protocol, hostname } = url;
  if (protocol !== "http:" && protocol !== "https:") throw noWebServer();
  if (LOCAL.has(hostname)) return;
  const isAws = AWS.test(hostname);
  if (isAws && protocol === "https:") return;
  if (isAws) {
    throw new WevError(`wev sends no credentials to ${hostOf(url)}: only TLS keeps them secret`, {
      hint: "Use https:// in AWS_ENDPOINT_URL, or in endpoint_url of the profile.",
    });
  }
  throw new WevError(`wev sends no credentials to ${hostname}: it is not a host of AWS`, {
    hint:
      "Check AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_STS, AWS_ENDPOINT_URL_IAM, endpoint_url of the " +
      "profile, and the region. For a local AWS in a container, publish its port and use " +
      "http://localhost:PORT. If a proxy leads to AWS, name it in HTTPS_PROXY instead.",
  });
}

/** Returns whether `url` is on this computer. */
export function isLoopback({ hostname }: URL): boolean {
  return LOOPBACK.includes(hostname);
}

/** Returns a host for messages: with protocol and port if it is not at the usual port with TLS. */
export function hostOf({ protocol, host, origin }: URL): string {
  return protocol === "https:" ? host : origin;
}
