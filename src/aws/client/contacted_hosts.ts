/**
 * Which hosts a run would contact, without contacting one: the SDK makes its requests, and none is sent.
 *
 * @module
 */

import type { ProvidedBase } from "../profiles/credential_chain.ts";
import type { ExplainContext } from "../../plugin/mod.ts";
import { endpointOf, UnsentRequests } from "./clients.ts";
import { checkHost, hostOf } from "./hosts.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import { machineUrl } from "../keys/machine_keys.ts";
import { askSdk, machineOf } from "../keys/source_keys.ts";

/** Which services are asked. */
export interface Contacted {
  /** Whether the device is looked up in IAM. */
  readonly iam: boolean;
}

/**
 * Returns the hosts, in the order in which they are contacted.
 *
 * @throws {WevError} if wev would refuse to contact one of them.
 */
export async function contactedHosts(
  source: IdentitySource,
  { iam }: Contacted,
  context: ExplainContext,
): Promise<string[]> {
  const { base } = source;
  const sts = await endpointOf("sts", source, context);
  const urls = [
    ...base.kind === "provider" ? await providerUrls(base, source, context) : [],
    sts,
    ...iam ? [await endpointOf("iam", source, context)] : [],
  ];
  for (const url of urls) checkHost(url);
  return [...new Set(urls.map(hostOf))];
}

/** Returns where keys are got first; a program contacts whom it will, and a web identity is STS's. */
async function providerUrls(
  base: ProvidedBase,
  source: IdentitySource,
  context: ExplainContext,
): Promise<readonly URL[]> {
  switch (base.provider) {
    case "credential_process":
    case "web_identity":
      return [];
    case "container":
    case "instance":
      return [machineUrl(machineOf(base, source, context))];
  }
  const unsent = new UnsentRequests();
  try {
    await askSdk(base, source, unsent.handler);
  } catch {
    // That there are no keys to be had is told elsewhere.
  }
  return unsent.urls;
}
