/**
 * The SDK's clients of STS and IAM, and how their requests reach AWS.
 *
 * @module
 */

import type { IAMClient, IAMClientConfig } from "@aws-sdk/client-iam";
import { STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import type { Fetch } from "../../runtime.ts";
import type { ReadContext, RequestContext } from "../context.ts";
import { checkEndpoints, type EndpointKind } from "../endpoints.ts";
import type { SourceKeys } from "../keys/keys.ts";
import type { IdentitySource } from "../profiles/identity_source.ts";
import type { Profile } from "../profiles/shared_config.ts";
import { checkRegion } from "../regions.ts";
import { REQUEST_TIMEOUT_MS, WHOLE_TIMEOUT_MS } from "./requests.ts";
import { hideFiles } from "./sdk.ts";
import { createSender, RunSecrets } from "./transport.ts";

/** The clients of one access key. */
export interface Clients {
  /** The keys that sign the requests. */
  readonly keys: SourceKeys;
  /** The client of STS. */
  readonly sts: STSClient;
  /** Returns the client of IAM, loaded when it is needed. */
  iam(): Promise<IAMClient>;
}

/** The settings of all clients. */
type ClientSettings =
  & Pick<STSClientConfig & object, "region" | "maxAttempts" | "defaultsMode">
  & Pick<IAMClientConfig & object, "region" | "maxAttempts" | "defaultsMode">
  & { readonly requestHandler: FetchHttpHandler };

/** The settings that decide where a client sends its requests. */
export type Target = Pick<
  STSClientConfig & IAMClientConfig,
  | "endpoint"
  | "ignoreConfiguredEndpointUrls"
  | "region"
  | "useDualstackEndpoint"
  | "useFipsEndpoint"
>;

/** The connection of one resolution to AWS, with any keys. */
export interface Connection {
  /** The settings of all clients. */
  readonly settings: ClientSettings;
  /** The endpoints of the services. */
  readonly targets: Readonly<Record<"sts" | "iam", Target>>;
  /** Whether the oldest regions use sts.amazonaws.com for STS. */
  readonly useGlobalEndpoint: boolean;
  /** Milliseconds by which this computer's clock is behind AWS's; 0 until a response shows it. */
  clockOffset: number;
  /** The secrets that no response may repeat. */
  readonly secrets: RunSecrets;
}

/**
 * Returns a connection to AWS, with its certificates, proxies and endpoints.
 *
 * @throws {WevError} if a region, an endpoint or a file of certificates is invalid.
 */
export function connect(source: IdentitySource, context: RequestContext): Connection {
  const secrets = new RunSecrets();
  for (const { externalId } of source.roles) {
    if (externalId !== undefined) secrets.inRefusals.add(externalId);
  }
  return connectionOf(source, context, requestHandler(source, secrets, context), secrets);
}

/**
 * Returns a connection whose requests `requestHandler` sends.
 *
 * @throws {WevError} if a region or an endpoint is invalid.
 */
export function connectionOf(
  source: IdentitySource,
  { environment }: ReadContext,
  requestHandler: FetchHttpHandler,
  secrets: RunSecrets,
): Connection {
  const { region, namedRegion, settings, endpoints: own, endpointKind: kind } = source;
  if (namedRegion !== undefined) checkRegion(namedRegion, { hasEndpoint: own.sts !== undefined });
  checkEndpoints(source, (name) => environment.get(name));
  hideFiles();
  const endpoints = environment.get("AWS_STS_REGIONAL_ENDPOINTS") ||
    settings.sts_regional_endpoints;
  return {
    clockOffset: 0,
    secrets,
    targets: { sts: targetOf(own.sts, region, kind), iam: targetOf(own.iam, region, kind) },
    // The SDK for JavaScript no longer reads the variable, but still has the behaviour.
    useGlobalEndpoint: endpoints === "legacy",
    settings: {
      region: region ?? "aws-global",
      // `requests.ts` repeats requests: it knows which ones contain a code.
      maxAttempts: 1,
      // A wrong AWS_DEFAULTS_MODE must do no harm, and "auto" would ask the instance metadata.
      defaultsMode: "standard",
      requestHandler,
    },
  };
}

/**
 * Returns where a client sends its requests: to the custom `endpoint`, if there is one.
 *
 * The SDK must not look for endpoints itself: it does not know what an outer wev changed. As in the AWS
 * CLI, a custom endpoint is neither FIPS nor dual-stack; the SDK refuses that combination.
 */
export function targetOf(
  endpoint: string | undefined,
  region: string | undefined,
  kind: EndpointKind,
): Target {
  if (endpoint === undefined) return { ...kind, ignoreConfiguredEndpointUrls: true };
  // Requests to the endpoint of all regions are signed for this one.
  const signed = region === undefined || region === "aws-global" ? "us-east-1" : region;
  return { endpoint, region: signed, useFipsEndpoint: false, useDualstackEndpoint: false };
}

/** Returns a handler that sends requests; the SDK's own handler ignores proxies. */
function requestHandler(
  { settings, namedRegion }: IdentitySource,
  secrets: RunSecrets,
  context: RequestContext,
): FetchHttpHandler {
  const send = createSender(settings, secrets, context, namedRegion);
  return new FetchHttpHandler({
    requestTimeout: REQUEST_TIMEOUT_MS,
    customFetch: (request, init) => send(new Request(request, init)),
  });
}

/** Sends the requests of providers of credentials, which may repeat them. */
export class ProviderRequests {
  /** Sends those of the SDK's providers. */
  readonly handler: FetchHttpHandler;
  /** Sends a request. */
  readonly send: Fetch;
  /** Why the last request got no response; `undefined` if it got one, or none was sent. */
  failure: unknown;
  #deadline: AbortSignal | undefined;

  /**
   * Sends nothing yet. The first request starts the time limit of all.
   *
   * @throws {WevError} if certificates can't be read.
   */
  constructor(settings: Profile, context: RequestContext) {
    const send = createSender(settings, new RunSecrets(), context);
    this.send = async (request) => {
      this.#deadline ??= AbortSignal.timeout(WHOLE_TIMEOUT_MS);
      const signal = AbortSignal.any([request.signal, this.#deadline]);
      try {
        const answer = await send(new Request(request, { signal }));
        this.failure = undefined;
        return answer;
      } catch (error) {
        this.failure = error;
        throw error;
      }
    };
    this.handler = new FetchHttpHandler({
      requestTimeout: REQUEST_TIMEOUT_MS,
      customFetch: (input, init) => this.send(new Request(input, init)),
    });
  }
}

/** Returns the clients that sign with `keys`. Without a region, STS is at sts.amazonaws.com. */
export function createClients(keys: SourceKeys, connection: Connection): Clients {
  const { accessKeyId, secretAccessKey, sessionToken } = keys;
  connection.secrets.addKeys(keys);
  const settings = {
    ...connection.settings,
    systemClockOffset: connection.clockOffset,
    credentials: {
      accessKeyId,
      secretAccessKey,
      ...(sessionToken === undefined ? {} : { sessionToken }),
    },
  };
  const { targets } = connection;
  const sts = new STSClient({
    ...settings,
    ...targets.sts,
    ...(connection.useGlobalEndpoint ? { useGlobalEndpoint: true } : {}),
  });
  return {
    keys,
    sts,
    async iam() {
      // Loading it takes time, and few runs need it.
      const { IAMClient } = await import("@aws-sdk/client-iam");
      // Without a region, requests to IAM are signed for us-east-1, even at a custom endpoint.
      const iam = new IAMClient({
        ...settings,
        region: keys.region ?? "us-east-1",
        ...targets.iam,
      });
      // STS's responses have shown AWS's time.
      iam.config.systemClockOffset = sts.config.systemClockOffset;
      return iam;
    },
  };
}

/** Returns a client of STS for requests without keys. */
export function createUnsignedSts(connection: Connection): STSClient {
  const { settings, targets, useGlobalEndpoint, clockOffset } = connection;
  return new STSClient({
    ...settings,
    ...targets.sts,
    systemClockOffset: clockOffset,
    credentials: () => Promise.reject(new Error("Keys are not needed")),
    ...(useGlobalEndpoint ? { useGlobalEndpoint } : {}),
  });
}
