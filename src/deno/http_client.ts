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
  const open = () => Deno.createHttpClient({ ...OPTIONS, caCerts: [...certificates] });
  try {
    // By itself Deno trusts Mozilla's list only; an administrator may have added a proxy that reads along.
    if (!Deno.env.has(TRUSTED_STORES)) {
      return withVariables({ [TRUSTED_STORES]: "system,mozilla" }, open);
    }
  } catch {
    // What the system trusts can't be read, and is not missed: Mozilla's list has AWS.
  }
  try {
    return open();
  } catch (cause) {
    throw new NetworkError("ECERTFILE", "A certificate makes no sense", { cause });
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
