/**
 * HTTP by Deno's own `fetch`: it goes through the proxy that the environment names, in every version
 * and without a permission for the proxy, which `node:https` would need.
 *
 * @module
 */

import { type Fetch, type FetchOptions, NetworkError } from "../runtime.ts";

/** Variables that name a proxy. */
const PROXIES = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "ALL_PROXY",
  "all_proxy",
];

/** Returns what sends requests: see {@linkcode Fetch}. */
export function createFetch(options: FetchOptions): Fetch {
  return async (request) => {
    const isSecure = request.url.startsWith("https:");
    // One for each request: where a connection that was used before breaks, it would be sent again.
    using client = Deno.createHttpClient({
      poolMaxIdlePerHost: 0,
      http2: false,
      ...(isSecure ? { caCerts: [...options.certificates] } : {}),
    });
    const watch = new ConnectWatch(request.url, options.connectTimeout);
    try {
      const signal = AbortSignal.any([request.signal, watch.signal]);
      return await send(new Request(request, { signal }), client);
    } catch (error) {
      throw named(error);
    } finally {
      watch.end();
    }
  };
}

/** Reads the whole answer, which is small, so that one that breaks off fails here. */
async function send(request: Request, client: Deno.HttpClient): Promise<Response> {
  // Deno 2.7 keeps any other body, and where the connection breaks sends it once more: a code, twice.
  const content = request.body === null ? null : new Blob([await request.bytes()]);
  const response = await fetch(request, { body: content, client, redirect: "manual" });
  const body = await response.bytes();
  const { status, statusText, headers } = response;
  return new Response(body.length === 0 ? null : body, { status, statusText, headers });
}

/**
 * Fails where no connection can be made. `fetch` does not tell when it has one, so where its answer takes
 * long a second connection is tried; but not with a proxy, which may be the only way.
 */
class ConnectWatch {
  /** Is aborted when the time is up. */
  readonly signal: AbortSignal;
  readonly #timers: ReturnType<typeof setTimeout>[] = [];

  constructor(url: string, timeout: number) {
    const abort = new AbortController();
    this.signal = abort.signal;
    if (PROXIES.some((name) => Deno.env.get(name))) return;
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

/** Waits until a connection stands, or can't be had at once: then the request tells why. */
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
    // It is the request's failure too.
  }
}

/** What `fetch` says in words, and the system's names for it. Checked in this order. */
const REASONS: readonly (readonly [RegExp, string])[] = [
  [/proxy|tunnel/i, "EPROXY"],
  [/dns error/i, "ENOTFOUND"],
  // Ports that no web page may use are as good as closed.
  [/refused|port \d+ are blocked/i, "ECONNREFUSED"],
  [/no route to host|host is (?:unreachable|down)/i, "EHOSTUNREACH"],
  [/network is unreachable/i, "ENETUNREACH"],
  [/certificate/i, "ECERT"],
  [/tls|corrupt message/i, "EPROTO"],
  [/SendRequest|closed|reset|broken pipe|reading a body|end of file/i, "ECONNRESET"],
];

/** Returns `error` with the system's name for it, where it is one of the network. */
function named(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  // Deno 2.9 tells the reason in the cause.
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  // Addresses have words in them too.
  const words = message.replace(/^.*?(?:client error|: )/s, "");
  const [, code] = REASONS.find(([pattern]) => pattern.test(words)) ?? [];
  return code === undefined ? error : new NetworkError(code, message, { cause: error });
}
