/**
 * What a request is sent with: which proxy, which certificates. Deno takes both from variables when a
 * client is made, and lets a program say neither that there is no proxy nor that the system's
 * certificates count; so the variables are other ones for that moment.
 *
 * @module
 */

import { NetworkError } from "../runtime.ts";

/** Which certificates Deno trusts: https://docs.deno.com/runtime/reference/env_variables/ */
const TRUSTED_STORES = "DENO_TLS_CA_STORE";

/** Variables that name a proxy, by the protocol of what is behind it. */
const PROXIES = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
} as const;

/**
 * A client for each request, and no connection for two: where one that was used before breaks, Deno
 * would send the request again.
 */
const OPTIONS = { poolMaxIdlePerHost: 0, http2: false } as const;

/** Returns whether a request to `url` may go through a proxy. */
export function mayHaveProxy(url: string): boolean {
  return isSecure(url) && PROXIES["https:"].some((name) => Deno.env.get(name));
}

/**
 * Returns a client for a request to `url`, which trusts `certificates` too.
 *
 * @throws {NetworkError} where these are none.
 */
export function openHttpClient(url: string, certificates: readonly string[]): Deno.HttpClient {
  if (!isSecure(url)) {
    // What does without TLS is on this computer, where no proxy leads.
    const none = Object.fromEntries(PROXIES["http:"].map((name) => [name, undefined]));
    return withVariables(none, () => Deno.createHttpClient(OPTIONS));
  }
  try {
    // Who has chosen knows why.
    const variables = Deno.env.has(TRUSTED_STORES) ? {} : trustingSystem();
    return withVariables(
      variables,
      () => Deno.createHttpClient({ ...OPTIONS, caCerts: [...certificates] }),
    );
  } catch (cause) {
    throw new NetworkError("ECERTFILE", "A certificate makes no sense", { cause });
  }
}

/**
 * Returns the variables by which Deno trusts what the system trusts as well: an administrator may have
 * added a proxy that reads along. By itself it trusts Mozilla's list only, which has AWS.
 */
function trustingSystem(): Readonly<Record<string, string | undefined>> {
  // What is not there would keep Deno from trusting anybody, in an executable for good.
  const absent = ["SSL_CERT_FILE", "SSL_CERT_DIR"].filter((name) => {
    const path = Deno.env.get(name);
    return path !== undefined && !exists(path);
  });
  return {
    [TRUSTED_STORES]: "system,mozilla",
    ...Object.fromEntries(absent.map((name) => [name, undefined])),
  };
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

function isSecure(url: string): boolean {
  return url.startsWith("https:");
}

/** Returns the result of `act`, for which `variables` are set, or not set where they are `undefined`. */
function withVariables<Result>(
  variables: Readonly<Record<string, string | undefined>>,
  act: () => Result,
): Result {
  const former = Object.keys(variables).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(variables)) setVariable(name, value);
  try {
    return act();
  } finally {
    for (const [name, value] of former) setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (Deno.env.get(name) === value) return;
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}
