/**
 * The keys of the machine or the container that wev runs on. wev asks for them itself: AWS's SDK bypasses the
 * request handler that it was given, reads responses without a limit, and lets a variable name any host.
 *
 * @module
 */

import { escapeControls, WevError } from "../../errors.ts";
import type { Fetch } from "../../runtime.ts";
import type { ReadableFiles } from "../context.ts";
import type { Profile } from "../profiles/shared_config.ts";
import type { ProvidedKeys } from "./keys.ts";

/** The number of attempts if the server fails. */
const MAX_ATTEMPTS = 3;
/** The lifetime of a token of the instance metadata, in seconds. */
const TOKEN_TTL = "21600";

/** The endpoints of instance metadata, by AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE. */
const METADATA = { ipv4: "http://169.254.169.254", ipv6: "http://[fd00:ec2::254]" } as const;
const ROLES = "/latest/meta-data/iam/security-credentials/";

/** The machine or container, and the settings for asking it. */
export interface Machine {
  /** Whether the container or the instance has them. */
  readonly kind: "container" | "instance";
  /** Returns a variable that is not empty. */
  readonly get: (name: string) => string | undefined;
  /** The settings of the chosen profile. */
  readonly settings: Profile;
  /** Milliseconds to wait for each response. */
  readonly timeout: number;
  /** The file system, for the token of a container. */
  readonly files: ReadableFiles;
}

/**
 * Returns the keys of the machine or the container.
 *
 * @throws {WevError} with the reason, if there are none.
 * @throws every error of `send`, if there is no response.
 */
export async function machineKeys(machine: Machine, send: Fetch): Promise<ProvidedKeys> {
  const url = machineUrl(machine);
  return machine.kind === "container"
    ? keysIn(await answerOf(url, containerHeaders(machine), { machine, send }))
    : await instanceKeys(url, machine, send);
}

/**
 * Returns the URL of the keys of the machine or the container.
 *
 * @throws {WevError} if no variable has it, or it is not a URL.
 */
export function machineUrl({ kind, get, settings }: Machine): URL {
  const [name, text] = kind === "container" ? containerPlace(get) : metadataPlace(get, settings);
  const url = URL.parse(text);
  if (url !== null) return url;
  throw new WevError(`${name} is not a URL`, { hint: `Check ${name}.` });
}

function containerPlace(get: Machine["get"]): readonly [name: string, url: string] {
  const relative = get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
  if (relative !== undefined) {
    const url = `http://169.254.170.2/${relative.replace(/^\/+/, "")}`;
    return ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", url];
  }
  const full = get("AWS_CONTAINER_CREDENTIALS_FULL_URI") ?? "";
  return ["AWS_CONTAINER_CREDENTIALS_FULL_URI", full];
}

function containerHeaders({ get, files }: Machine): Record<string, string> {
  const file = get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
  const token = file === undefined
    ? get("AWS_CONTAINER_AUTHORIZATION_TOKEN")
    : readToken(file, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", files);
  if (token === undefined) return {};
  // As in the AWS CLI: it does not fit into a header.
  if (/[^\x20-\x7e]/.test(token)) {
    throw new WevError("the token for the container contains invalid characters", {
      hint: "Check AWS_CONTAINER_AUTHORIZATION_TOKEN and the file of " +
        "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE.",
    });
  }
  return { Authorization: token };
}

function metadataPlace(
  get: Machine["get"],
  settings: Profile,
): readonly [name: string, url: string] {
  const mode = get("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE") ||
    settings.ec2_metadata_service_endpoint_mode;
  const named = get("AWS_EC2_METADATA_SERVICE_ENDPOINT");
  if (named !== undefined) return ["AWS_EC2_METADATA_SERVICE_ENDPOINT", named];
  return [
    "ec2_metadata_service_endpoint",
    settings.ec2_metadata_service_endpoint ||
    (mode?.toLowerCase() === "ipv6" ? METADATA.ipv6 : METADATA.ipv4),
  ];
}

/** Bytes; a token has a few thousand. */
const MAX_TOKEN = 65_536;

/**
 * Returns the token in a file that `variable` names, without white space around it.
 *
 * @throws {WevError} if there is none.
 */
export function readToken(file: string, variable: string, files: ReadableFiles): string {
  const fail = (reason: string, cause?: unknown) =>
    new WevError(`the file ${escapeControls(file)} of ${variable} ${reason}`, {
      hint: `Check ${variable}, and the program that writes the file.`,
      cause,
    });
  let bytes: Uint8Array | undefined;
  try {
    const info = files.stat(file);
    // A pipe may never end.
    if (info !== undefined && info.kind !== "file") throw fail("is not a regular file");
    bytes = files.read(file, MAX_TOKEN);
  } catch (error) {
    if (error instanceof WevError) throw error;
    throw fail("can't be read", error);
  }
  if (bytes === undefined) throw fail("does not exist");
  const token = new TextDecoder().decode(bytes).trim();
  if (token === "") throw fail("is empty");
  return token;
}

async function instanceKeys(base: URL, machine: Machine, send: Fetch): Promise<ProvidedKeys> {
  const headers = await metadataToken(base, machine, send);
  const role = await answerOf(new URL(ROLES, base), headers, { machine, send });
  const [name = ""] = role.split("\n");
  return keysIn(
    await answerOf(
      new URL(ROLES + encodeURIComponent(name.trim()), base),
      headers,
      { machine, send },
    ),
  );
}

/**
 * Returns the header with a token, or none: version 1 of the service has no tokens, and the response may not
 * reach a container.
 */
async function metadataToken(
  base: URL,
  { get, settings, timeout }: Machine,
  send: Fetch,
): Promise<Record<string, string>> {
  const request = {
    method: "PUT",
    headers: { "x-aws-ec2-metadata-token-ttl-seconds": TOKEN_TTL },
    signal: AbortSignal.timeout(timeout),
  };
  const disabled = get("AWS_EC2_METADATA_V1_DISABLED") ?? settings.ec2_metadata_v1_disabled ??
    "false";
  try {
    const answer = await send(new Request(new URL("/latest/api/token", base), request));
    if (answer.status === 200) return { "x-aws-ec2-metadata-token": await answer.text() };
    if (disabled !== "false") throw refused(answer);
  } catch (error) {
    if (disabled !== "false" || !request.signal.aborted) throw error;
  }
  return {};
}

/** The machine, and the function that sends requests to it. */
interface Asking {
  readonly machine: Machine;
  readonly send: Fetch;
}

async function answerOf(
  url: URL,
  headers: Record<string, string>,
  { machine: { timeout }, send }: Asking,
): Promise<string> {
  for (let attempt = 1;; attempt++) {
    const signal = AbortSignal.timeout(timeout);
    const answer = await send(new Request(url, { headers, signal }));
    if (answer.status === 200) return await answer.text();
    if (answer.status < 500 || attempt >= MAX_ATTEMPTS) {
      throw refused(answer);
    }
  }
}

function refused({ status }: Response): WevError {
  return new WevError(
    status === 404
      ? "this machine has no role (HTTP status 404)"
      : `it refuses, with HTTP status ${status}`,
  );
}

function keysIn(json: string): ProvidedKeys {
  const { AccessKeyId, SecretAccessKey, Token, Expiration } = parsed(json);
  const expiration = new Date(typeof Expiration === "string" ? Expiration : NaN);
  if (
    typeof AccessKeyId !== "string" || typeof SecretAccessKey !== "string" ||
    typeof Token !== "string" || Number.isNaN(expiration.getTime()) ||
    [AccessKeyId, SecretAccessKey, Token].includes("")
  ) {
    throw new WevError("there are no credentials in its response");
  }
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: Token,
    expiration,
  };
}

function parsed(json: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(json) ?? {};
  } catch {
    return {};
  }
}
