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

/** Returns the passwords of the proxies, as they stand in the variables and as they are sent. */
export function proxyPasswords(): string[] {
  const names = [...PROXIES["https:"], ...PROXIES["http:"]];
  return names.flatMap((name) => {
    const password = passwordIn(Deno.env.get(name) ?? "");
    return password === "" ? [] : [password, decoded(password)];
  });
}

/** A URL may be one without a protocol: `ann:secret@proxy:3128`. */
function passwordIn(proxy: string): string {
  const [, authority = ""] = /^(?:[a-z0-9]+:\/\/)?([^/]*)@/i.exec(proxy) ?? [];
  return authority.slice(authority.indexOf(":") + 1 || authority.length);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Returns a client for a request to `url`, which trusts `certificates` too.
 *
 * @throws {NetworkError} where these are none.
 */
export function openHttpClient(url: string, certificates: readonly string[]): Deno.HttpClient {
  const variables = {
    ...isSecure(url) ? trustingSystem() : withoutProxies(),
    ...withoutUnreadable(),
  };
  const options = isSecure(url) ? { ...OPTIONS, caCerts: [...certificates] } : OPTIONS;
  try {
    return withVariables(variables, () => Deno.createHttpClient(options));
  } catch (cause) {
    throw new NetworkError("ECERTFILE", "A certificate makes no sense", { cause });
  }
}

/** What does without TLS is on this computer, where no proxy leads. */
function withoutProxies(): Readonly<Record<string, undefined>> {
  return Object.fromEntries(PROXIES["http:"].map((name) => [name, undefined]));
}

/**
 * Returns the variables by which Deno trusts what the system trusts as well: an administrator may have
 * added a proxy that reads along. By itself it trusts Mozilla's list only, which has AWS.
 */
function trustingSystem(): Readonly<Record<string, string>> {
  // Who has chosen knows why.
  return Deno.env.has(TRUSTED_STORES) ? {} : { [TRUSTED_STORES]: "system,mozilla" };
}

/**
 * Returns which variables about the system's certificates do not count. What can't be read would keep
 * Deno from trusting anybody, in an executable for good.
 */
function withoutUnreadable(): Readonly<Record<string, undefined>> {
  const isReadable = { SSL_CERT_FILE: isReadableFile, SSL_CERT_DIR: isReadableDirectory };
  const unreadable = Object.entries(isReadable).filter(([name, isReadable]) => {
    const path = Deno.env.get(name);
    return path !== undefined && !isReadable(path);
  });
  return Object.fromEntries(unreadable.map(([name]) => [name, undefined]));
}

/** A pipe or a device is none: reading it may never end. */
function isReadableFile(path: string): boolean {
  try {
    if (!Deno.statSync(path).isFile) return false;
    Deno.openSync(path).close();
    return true;
  } catch {
    return false;
  }
}

function isReadableDirectory(path: string): boolean {
  try {
    return [...Deno.readDirSync(path)].length >= 0;
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
