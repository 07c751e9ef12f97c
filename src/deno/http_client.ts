/**
 * The proxy and the certificates of a request. Deno reads both from variables when it creates a client,
 * and has no option for no proxy or for the certificates of the system; so the variables are changed for
 * that moment.
 *
 * @module
 */

import { NetworkError } from "../runtime.ts";

/** The certificates that Deno trusts: https://docs.deno.com/runtime/reference/env_variables/ */
const TRUSTED_STORES = "DENO_TLS_CA_STORE";

/** Variables with the URL of a proxy, by the protocol of the request. */
const PROXIES = {
  "https:": ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"],
  "http:": ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"],
} as const;

/**
 * One client for each request, without reuse of connections: if a reused one breaks, Deno sends the
 * request again.
 */
const OPTIONS = { poolMaxIdlePerHost: 0, http2: false } as const;

/** Returns whether a request to `url` may go through a proxy. */
export function mayHaveProxy(url: string): boolean {
  return isSecure(url) && PROXIES["https:"].some((name) => Deno.env.get(name));
}

/** Returns the passwords of the proxies, as in the variables and decoded. */
export function proxyPasswords(): string[] {
  const names = [...PROXIES["https:"], ...PROXIES["http:"]];
  return names.flatMap((name) => {
    const password = passwordIn(Deno.env.get(name) ?? "");
    return password === "" ? [] : [password, decoded(password)];
  });
}

/** The URL may have no protocol: `ann:secret@proxy:3128`. */
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
 * Returns a client for a request to `url`, which also trusts `certificates`.
 *
 * @throws {NetworkError} if one of these is invalid.
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
    throw new NetworkError("ECERTFILE", "A trusted certificate can't be parsed", { cause });
  }
}

/** Requests without TLS go to this computer, which no proxy can reach. */
function withoutProxies(): Readonly<Record<string, undefined>> {
  return Object.fromEntries(PROXIES["http:"].map((name) => [name, undefined]));
}

/**
 * Returns the variables by which Deno also trusts the certificates of the system: an administrator may
 * have added that of an intercepting proxy. By default Deno trusts only Mozilla's list.
 */
function trustingSystem(): Readonly<Record<string, string>> {
  // The choice of the user has precedence.
  return Deno.env.has(TRUSTED_STORES) ? {} : { [TRUSTED_STORES]: "system,mozilla" };
}

/**
 * Unsets the variables of the system's certificates whose files can't be read. With them, Deno would
 * trust no certificate, in an executable for the whole run.
 */
function withoutUnreadable(): Readonly<Record<string, undefined>> {
  const isReadable = { SSL_CERT_FILE: isReadableFile, SSL_CERT_DIR: isReadableDirectory };
  const unreadable = Object.entries(isReadable).filter(([name, isReadable]) => {
    const path = Deno.env.get(name);
    return path !== undefined && !isReadable(path);
  });
  return Object.fromEntries(unreadable.map(([name]) => [name, undefined]));
}

/** Rejects pipes and devices: reading them may never end. */
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

/** Returns the result of `act`, during which `variables` are set; `undefined` unsets one. */
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
