/**
 * HTTP requests by Deno's `fetch`: it uses the proxy of the environment in every version, and without a
 * permission for the proxy, which `node:https` would need.
 *
 * @module
 */

import { type Fetch, type FetchOptions, type KnownSecrets, NetworkError } from "../runtime.ts";
import { redactionFor, redactSecrets } from "./redact.ts";
import { mayHaveProxy, openHttpClient, proxyPasswords } from "./http_client.ts";

/** The maximum size of a response, decompressed, in bytes. Those of AWS have some thousands. */
const MAX_ANSWER = 1_048_576;

/** Returns a function that sends requests: see {@linkcode Fetch}. */
export function createFetch(options: FetchOptions): Fetch {
  return async (request) => {
    options.check(new URL(request.url));
    using client = openHttpClient(request.url, options.certificates);
    const watch = new ConnectWatch(request.url, options.connectTimeout);
    try {
      const signal = AbortSignal.any([request.signal, watch.signal]);
      const answer = await send(new Request(request, { signal }), client);
      return withoutSecrets(answer, options.secrets);
    } catch (error) {
      throw named(error);
    } finally {
      watch.end();
    }
  };
}

/** A response with its body. */
interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

/** Reads the whole response, so that one that breaks off fails here. */
async function send(request: Request, client: Deno.HttpClient): Promise<Answer> {
  // Deno 2.7 keeps any other body and sends it again if the connection breaks: a code, twice.
  const content = request.body === null ? null : new Blob([await request.bytes()]);
  const response = await fetch(request, { body: content, client, redirect: "manual" });
  const body = await readBody(response);
  const { status, headers } = response;
  if (status < 200 || status > 599) throw new NetworkError("EBADMSG", `HTTP status ${status}`);
  return { status, headers, body };
}

/** Reads a body up to the maximum size, after decompression. */
async function readBody({ body }: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    // Throwing out of the loop cancels the body.
    if (length > MAX_ANSWER) throw new NetworkError("EMSGSIZE", "The response is too large");
    chunks.push(chunk);
  }
  return await new Blob(chunks).bytes();
}

/** Returns the response with secrets redacted. Every response passes here. */
function withoutSecrets(
  { status, headers, body }: Answer,
  known: KnownSecrets,
): Response {
  const isRefusal = status >= 300;
  const hiding = redactionFor(
    { ...known, inRefusals: [...known.inRefusals, ...proxyPasswords()] },
    isRefusal,
  );
  const text = new TextDecoder().decode(body);
  const hidden = redactSecrets(text, hiding);
  return new Response(body.length === 0 ? null : hidden === text ? body : hidden, {
    status,
    headers: [...headers].map(([name, value]) => [name, redactSecrets(value, hiding)]),
  });
}

/**
 * Fails if no connection can be established in time. `fetch` does not report when it is connected, so if
 * the response takes long, a second connection is tried. Not with a proxy, which may be the only route.
 */
class ConnectWatch {
  /** Is aborted after the timeout. */
  readonly signal: AbortSignal;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(url: string, timeout: number) {
    const abort = new AbortController();
    this.signal = abort.signal;
    if (mayHaveProxy(url)) return;
    const late = setTimeout(
      () => abort.abort(new NetworkError("ETIMEDOUT", "No connection in time")),
      timeout,
    );
    const tried = setTimeout(async () => {
      await connect(url);
      clearTimeout(late);
    }, timeout / 2);
    this.#timers.push(late, tried);
  }

  end(): void {
    for (const timer of this.#timers) clearTimeout(timer);
  }
}

/** Waits until a connection is established or fails; if it fails, so does the request. */
async function connect(url: string): Promise<void> {
  const { hostname, port, protocol } = new URL(url);
  const defaultPort = protocol === "https:" ? 443 : 80;
  try {
    const connection = await Deno.connect({
      // IPv6 has brackets in a URL.
      hostname: hostname.replace(/^\[(.*)\]$/, "$1"),
      port: port === "" ? defaultPort : Number(port),
    });
    connection.close();
  } catch {
    // The request fails for the same reason.
  }
}

/** The error messages of `fetch`, and the codes for them, in the order of the check. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  // First, since the message quotes names from the certificate.
  [/invalid peer certificate/, "ECERT"],
  [/too large|too many headers/i, "EMSGSIZE"],
  [/proxy|tunnel|socks/i, "EPROXY"],
  [/dns error/, "ENOTFOUND"],
  // Ports that are blocked for web pages count as closed.
  [/refused|port \d+ are blocked/i, "ECONNREFUSED"],
  [/no route to host|host is (?:unreachable|down)/i, "EHOSTUNREACH"],
  [/network is unreachable/i, "ENETUNREACH"],
  [/corrupt message/, "EPROTO"],
  [/client error \(Connect\)/, "ECONNECT"],
  [/invalid HTTP/, "EBADMSG"],
  [
    /client error \(SendRequest\)|closed|reset|broken pipe|reading a body|end of file/i,
    "ECONNRESET",
  ],
];

/** Returns a network error with its code; any other error as it is. */
function named(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  // Deno 2.9 has the reason in the cause.
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  // An address may contain such words too.
  const words = message.replace(/^.*?(?=client error)/s, "");
  const [, code] = REASONS.find(([pattern]) => pattern.test(words)) ?? [];
  return code === undefined ? error : new NetworkError(code, message, { cause: error });
}
