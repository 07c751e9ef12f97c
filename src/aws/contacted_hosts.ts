/**
 * The hosts that a run would contact: the SDK prepares its requests, and wev sends none of them.
 *
 * @module
 */

import { GetCallerIdentityCommand } from "@aws-sdk/client-sts";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { connectionOf, createClients } from "./client/clients.ts";
import { checkHost, hostOf } from "./client/hosts.ts";
import { RunSecrets } from "./client/transport.ts";
import type { ReadContext } from "./context.ts";
import { explainNoAnswer } from "./failures.ts";
import { machineUrl } from "./keys/machine_keys.ts";
import { askSdk, machineOf } from "./keys/source_keys.ts";
import type { ProvidedCredentials } from "./profiles/credentials.ts";
import type { IdentitySource } from "./profiles/identity_source.ts";

/** The services that a run contacts besides STS. */
export interface Contacted {
  /** Whether it contacts IAM. */
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
  context: ReadContext,
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

/** Returns the URLs of a provider. A program contacts unknown hosts; a web identity, only STS. */
async function providerUrls(
  base: ProvidedCredentials,
  source: IdentitySource,
  context: ReadContext,
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
    // It fails, because its requests get no response.
  }
  return unsent.urls;
}

/**
 * Returns the endpoint of a service, as the SDK derives it from the region, the variables and the profile.
 * The SDK prepares a request, and wev does not send it.
 *
 * @throws {WevError} if it is not a URL.
 */
export async function endpointOf(
  service: "sts" | "iam",
  source: IdentitySource,
  context: ReadContext,
): Promise<URL> {
  const unsent = new UnsentRequests();
  const nobody = {
    accessKeyId: "none",
    secretAccessKey: "none",
    source: "",
    remedy: "",
    region: source.region,
  };
  const clients = createClients(
    nobody,
    connectionOf(source, context, unsent.handler, new RunSecrets()),
  );
  try {
    if (service === "sts") await clients.sts.send(new GetCallerIdentityCommand({}));
    else {
      const { ListMFADevicesCommand } = await import("@aws-sdk/client-iam");
      await (await clients.iam()).send(new ListMFADevicesCommand({}));
    }
  } catch (error) {
    if (unsent.urls.length === 0) throw explainNoAnswer(error);
  }
  return unsent.urls[0]!;
}

/** Records requests instead of sending them. */
class UnsentRequests {
  /** Their URLs, in order. */
  readonly urls: URL[] = [];
  /** Records them. */
  readonly handler: FetchHttpHandler = new FetchHttpHandler({
    customFetch: (input, init) => {
      this.urls.push(new URL(new Request(input, init).url));
      return Promise.reject(new Error("Not to be sent"));
    },
  });
}
