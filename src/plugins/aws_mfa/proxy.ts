/**
 * The way to AWS: straight, or through the proxy that the environment names.
 *
 * @module
 */

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent, type AgentOptions as HttpsAgentOptions } from "node:https";

/** How agents are made. */
export interface AgentOptions {
  /** Whether connections are kept for later requests. */
  readonly keepAlive: boolean;
  /**
   * Certificates that are trusted beside the usual ones.
   *
   * @default {[]}
   */
  readonly ca?: readonly string[];
}

/** What carries requests. */
export interface Agents {
  /** Of `http:` endpoints. */
  readonly httpAgent: HttpAgent;
  /** Of `https:` endpoints. */
  readonly httpsAgent: HttpsAgent;
}

/**
 * Returns what carries requests, through a proxy where `get` knows of one, unless NO_PROXY has the
 * host. An endpoint without TLS is on this computer, where no proxy leads.
 */
export function agentsOf(
  { keepAlive, ca = [] }: AgentOptions,
  get: (name: string) => string | undefined,
): Agents {
  const proxy = get("HTTPS_PROXY") ?? get("https_proxy") ?? get("ALL_PROXY") ?? get("all_proxy");
  const exceptions = get("NO_PROXY") ?? get("no_proxy");
  // Node's own way (and Deno's, from 2.9 on), which any package would be larger than.
  const proxyEnv = proxy === undefined
    ? {}
    : { HTTPS_PROXY: proxy, ...(exceptions === undefined ? {} : { NO_PROXY: exceptions }) };
  const options = { keepAlive, ...(ca.length === 0 ? {} : { ca: [...ca] }) };
  // Deno's types do not have it yet.
  const withProxy: HttpsAgentOptions = { ...options, ...{ proxyEnv } };
  return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(withProxy) };
}
