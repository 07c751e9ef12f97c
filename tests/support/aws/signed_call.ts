import { AwsV4Signer } from "aws4fetch";
import type { AccessKey, LocalAws } from "./mod.ts";

/** What {@linkcode signedCall} sends. */
export interface SignedCallOptions {
  /** What to sign with. */
  readonly key: AccessKey;
  /** The `Action`; S3 always gets `ListBuckets`. */
  readonly action: string;
  /** The parameters beside `Action` and `Version`. */
  readonly parameters?: Readonly<Record<string, string>>;
  /**
   * The service in the scope.
   *
   * @default {"sts"}
   */
  readonly service?: "sts" | "iam" | "s3";
  /**
   * The region in the scope.
   *
   * @default {"us-east-1"}
   */
  readonly region?: string;
  /** The `Version`, instead of the service's own. */
  readonly version?: string;
  /** When it is signed, in milliseconds since 1970, instead of now by the client's clock. */
  readonly time?: number;
  /** Headers to send in place of those that were signed. */
  readonly tamper?: Readonly<Record<string, string>>;
  /** The body to send in place of the one that was signed. */
  readonly tamperedBody?: string;
  /** Makes the client give up. */
  readonly signal?: AbortSignal;
}

/** An answer, read to its end. */
export interface SignedCallAnswer {
  /** The HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: Headers;
  /** The whole body. */
  readonly text: string;
  /** Gives the text of the first element of a name. */
  element(name: string): string | undefined;
}

const VERSIONS = { sts: "2011-06-15", iam: "2010-05-08", s3: "" };

/** Sends a call as it is told, without the checks that a client makes first. */
export async function signedCall(
  aws: LocalAws,
  options: SignedCallOptions,
): Promise<SignedCallAnswer> {
  const { key, action, service = "sts", region = "us-east-1", signal } = options;
  const version = options.version ?? VERSIONS[service];
  const body = service === "s3"
    ? null
    : new URLSearchParams({ Action: action, Version: version, ...options.parameters }).toString();
  const signer = new AwsV4Signer({
    method: service === "s3" ? "GET" : "POST",
    url: `${aws.endpoint}/`,
    headers: body === null ? {} : { "content-type": "application/x-www-form-urlencoded" },
    body,
    ...key,
    service,
    region,
    allHeaders: true,
    datetime: new Date(options.time ?? aws.clock.client()).toISOString().replace(/[-:]|\.\d+/g, ""),
  });
  const { url, method, headers } = await signer.sign();
  for (const [name, value] of Object.entries(options.tamper ?? {})) headers.set(name, value);
  const response = await fetch(url, {
    method,
    headers,
    body: options.tamperedBody ?? body,
    signal: signal ?? null,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    text,
    element: (name) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(text)?.[1],
  };
}

/** Gives what a refusal says, for a test to compare: status, code and message. */
export function refusalOf(answer: SignedCallAnswer): [number, string | undefined, string] {
  const message = answer.element("Message") ?? "";
  const plain = message.replaceAll("&#39;", "'").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
  return [answer.status, answer.element("Code"), plain];
}

/** Gives the temporary key that a call of GetSessionToken or AssumeRole answered with. */
export function keyOf(answer: SignedCallAnswer): Required<AccessKey> {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    "AccessKeyId",
    "SecretAccessKey",
    "SessionToken",
  ].map((name) => answer.element(name));
  if (!accessKeyId || !secretAccessKey || !sessionToken) {
    throw new Error(`Cannot find a key in the answer: ${answer.text}`);
  }
  return { accessKeyId, secretAccessKey, sessionToken };
}
