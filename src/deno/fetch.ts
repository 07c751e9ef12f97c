/**
 * HTTP by Deno's own `fetch`: it goes through the proxy that the environment names, in every version
 * and without a permission for the proxy, which `node:https` would need.
 *
 * @module
 */

import { type Fetch, type FetchOptions, NetworkError } from "../runtime.ts";
import { mayHaveProxy, openHttpClient } from "./http_client.ts";

/** Returns what sends requests: see {@linkcode Fetch}. */
export function createFetch(options: FetchOptions): Fetch {
  return async (request) => {
    using client = openHttpClient(request.url, options.certificates);
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
  if (status < 200 || status > 599) throw new NetworkError("EBADMSG", `HTTP status ${status}`);
  return new Response(body.length === 0 ? null : body, { status, statusText, headers });
}

/**
 * Fails where no connection can be made. `fetch` does not tell when it has one, so where its answer takes
 * long a second connection is tried, which may fail where the first one stands; but not with a proxy,
 * which may be the only way.
 */
class ConnectWatch {
  /** Is aborted when the time is up. */
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
  // Names that stand in a certificate come after it.
  [/invalid peer certificate/, "ECERT"],
  [/proxy|tunnel|socks/i, "EPROXY"],
  [/dns error/, "ENOTFOUND"],
  // Ports that no web page may use are as good as closed.
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

/** Returns `error` with the system's name for it, where it is one of the network. */
function named(error: unknown): unknown {
  if (!(error instanceof TypeError)) return error;
  // Deno 2.9 tells the reason in the cause.
  const message = error.cause instanceof Error ? error.cause.message : error.message;
  // Addresses have words in them too.
  const words = message.replace(/^.*?(?=client error)/s, "");
  const [, code] = REASONS.find(([pattern]) => pattern.test(words)) ?? [];
  return code === undefined ? error : new NetworkError(code, message, { cause: error });
}
