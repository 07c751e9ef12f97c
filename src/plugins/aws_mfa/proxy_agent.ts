/**
 * Requests through the proxy that the environment names. Loaded only where it names one.
 *
 * @module
 */

import { Agent as HttpsAgent } from "node:https";
import { Agent } from "agent-base";
import { HttpsProxyAgent } from "https-proxy-agent";
import { getProxyForUrl } from "proxy-from-env";
import type { AgentOptions } from "./proxy.ts";

/** Returns what carries requests to `https:` endpoints: by a proxy, unless NO_PROXY has the host. */
export function createProxyAgent(options: AgentOptions): HttpsAgent {
  const direct = new HttpsAgent(options);
  const chosen = new (class extends Agent {
    override connect(
      _request: unknown,
      { host, port }: { readonly host?: string | undefined; readonly port?: number },
    ): Promise<HttpsAgent> {
      const proxy = getProxyForUrl(`https://${host}:${port}`);
      return Promise.resolve(
        proxy === "" ? direct : new HttpsProxyAgent(proxy, options) as unknown as HttpsAgent,
      );
    }
  })(options);
  return chosen as unknown as HttpsAgent;
}
