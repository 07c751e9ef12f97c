/**
 * The way to AWS: straight, or through the proxy that the environment names.
 *
 * @module
 */

import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";

/** How agents are made. */
export interface AgentOptions {
  /** Whether connections are kept for later requests. */
  readonly keepAlive: boolean;
  /** Certificates that are trusted beside the usual ones. */
  readonly ca?: string;
}

/** What carries requests. */
export interface Agents {
  /** Of `http:` endpoints. */
  readonly httpAgent: HttpAgent;
  /** Of `https:` endpoints. */
  readonly httpsAgent: HttpsAgent;
}

/** The variables that name a proxy for `https:`, as curl and the AWS CLI read them. */
const PROXY_VARIABLES = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] as const;

/** Returns what carries requests, through a proxy where `get` knows of one. */
export async function agentsOf(
  options: AgentOptions,
  get: (name: string) => string | undefined,
): Promise<Agents> {
  if (PROXY_VARIABLES.every((name) => get(name) === undefined)) {
    return { httpAgent: new HttpAgent(options), httpsAgent: new HttpsAgent(options) };
  }
  const { createProxyAgent } = await import("./proxy_agent.ts");
  // An endpoint without TLS is on this computer.
  return { httpAgent: new HttpAgent(options), httpsAgent: createProxyAgent(options) };
}
