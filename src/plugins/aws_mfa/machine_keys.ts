/**
 * The keys of the machine or the container that wev runs on: `credential_source`. AWS's SDK asks for
 * them past everything that is given to it, with no limit to an answer, and lets a variable lead it to
 * any host.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { env } from "node:process";
import type { Fetch } from "../../plugin/mod.ts";
import type { Profile } from "./profile_chain.ts";

/** Milliseconds until one answer must be there: it comes from this machine. */
const TIMEOUT_MS = 2_000;
/** How often a request is sent that the server can't answer now. */
const MAX_ATTEMPTS = 3;
/** Seconds for which a token of instance metadata is good. */
const TOKEN_TTL = "21600";

/** Where instance metadata is, by AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE. */
const METADATA = { ipv4: "http://169.254.169.254", ipv6: "http://[fd00:ec2::254]" } as const;
const ROLES = "/latest/meta-data/iam/security-credentials/";

/** Keys as providers of credentials give them. */
export interface ProvidedKeys {
  /** The access key ID. */
  readonly accessKeyId: string;
  /** The secret. */
  readonly secretAccessKey: string;
  /** The session token. */
  readonly sessionToken?: string;
  /** When they expire. */
  readonly expiration?: Date;
}

/** Returns what gets the keys of a `credential_source`; `undefined` if it is none of these. */
export function machineProvider(
  settings: Profile,
  send: Fetch,
): (() => Promise<ProvidedKeys>) | undefined {
  switch (settings.credential_source) {
    case "EcsContainer":
      return async () => keysIn(await answerOf(containerUrl(), await containerHeaders(), send));
    case "Ec2InstanceMetadata":
      return async () => await instanceKeys(metadataUrl(settings), settings, send);
  }
  return undefined;
}

/**
 * Returns where the keys of a `credential_source` are got; `undefined` if it is on no host.
 *
 * @throws {TypeError} if no variable says where, or what it says is no URL.
 */
export function machineUrl(settings: Profile): URL | undefined {
  switch (settings.credential_source) {
    case "EcsContainer":
      return containerUrl();
    case "Ec2InstanceMetadata":
      return metadataUrl(settings);
  }
  return undefined;
}

function containerUrl(): URL {
  const { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, AWS_CONTAINER_CREDENTIALS_FULL_URI } = env;
  return new URL(
    AWS_CONTAINER_CREDENTIALS_RELATIVE_URI
      ? `http://169.254.170.2/${AWS_CONTAINER_CREDENTIALS_RELATIVE_URI.replace(/^\/+/, "")}`
      : AWS_CONTAINER_CREDENTIALS_FULL_URI ?? "",
  );
}

async function containerHeaders(): Promise<Record<string, string>> {
  const { AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, AWS_CONTAINER_AUTHORIZATION_TOKEN } = env;
  const token = AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    ? await readFile(AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE, "utf8")
    : AWS_CONTAINER_AUTHORIZATION_TOKEN;
  return token ? { Authorization: token } : {};
}

function metadataUrl(settings: Profile): URL {
  const mode = env.AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE ||
    settings.ec2_metadata_service_endpoint_mode;
  return new URL(
    env.AWS_EC2_METADATA_SERVICE_ENDPOINT || settings.ec2_metadata_service_endpoint ||
      (mode?.toLowerCase() === "ipv6" ? METADATA.ipv6 : METADATA.ipv4),
  );
}

async function instanceKeys(base: URL, settings: Profile, send: Fetch): Promise<ProvidedKeys> {
  const headers = await metadataToken(base, settings, send);
  const role = await answerOf(new URL(ROLES, base), headers, send);
  const [name = ""] = role.split("\n");
  return keysIn(
    await answerOf(new URL(ROLES + encodeURIComponent(name.trim()), base), headers, send),
  );
}

/** The token may not reach a container, and the first version of the service has none. */
async function metadataToken(
  base: URL,
  settings: Profile,
  send: Fetch,
): Promise<Record<string, string>> {
  const request = {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_TTL },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
  const disabled = env.AWS_EC2_METADATA_V1_DISABLED ?? settings.ec2_metadata_v1_disabled ?? "false";
  try {
    const answer = await send(new Request(new URL("/latest/api/token", base), request));
    if (answer.status === 200) return { "x-aws-ec2-metadata-token": await answer.text() };
    if (disabled !== "false") throw new TypeError(`HTTP status ${answer.status}`);
  } catch (error) {
    if (disabled !== "false" || !request.signal.aborted) throw error;
  }
  return {};
}

async function answerOf(url: URL, headers: Record<string, string>, send: Fetch): Promise<string> {
  for (let attempt = 1;; attempt++) {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await send(new Request(url, { headers, signal }));
    if (answer.status === 200) return await answer.text();
    if (answer.status < 500 || attempt >= MAX_ATTEMPTS) {
      throw new TypeError(`HTTP status ${answer.status}`);
    }
  }
}

function keysIn(json: string): ProvidedKeys {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = JSON.parse(json) ?? {};
  const expiration = new Date(Expiration);
  const texts = [AccessKeyId, SecretAccessKey, Token];
  if (
    texts.some((text) => typeof text !== "string" || text === "") || isNaN(expiration.getTime())
  ) {
    throw new TypeError("There are no credentials in it");
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration,
  };
}
