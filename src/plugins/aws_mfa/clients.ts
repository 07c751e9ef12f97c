/**
 * The clients of STS and IAM, and how a request is sent: soon over, and repeated only where that
 * costs nobody a code.
 *
 * @module
 */

import "./quiet_sdk.ts";
import type { IAMClient, IAMClientConfig } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient, type STSClientConfig } from "@aws-sdk/client-sts";
import { FetchHttpHandler } from "@smithy/fetch-http-handler";
import { WevError } from "../../errors.ts";
import type { ExplainContext, Fetch, ResolveContext } from "../../plugin/mod.ts";
import { checkEndpoints } from "./endpoint_checks.ts";
import {
  explainFailure,
  explainNoAnswer,
  failureCode,
  isClockSkew,
  isThrottled,
  isTransient,
} from "./failures.ts";
import type { EndpointKind, IdentitySource } from "./identity_source.ts";
import { pause } from "./pause.ts";
import type { Profile } from "./profile_chain.ts";
import { checkRegion } from "./regions.ts";
import { hideFiles } from "./sdk_files.ts";
import type { SourceKeys } from "./source_keys.ts";
import { createSender, RunSecrets } from "./transport.ts";

/** Milliseconds until an answer must be there. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Milliseconds until a request is given up, however often it was sent. */
const WHOLE_TIMEOUT_MS = 15_000;
/** How often a request is sent that AWS can't answer now, the first time included. */
const MAX_ATTEMPTS = 4;

/** Milliseconds: a clock that is less wrong is not what AWS refused. */
const MIN_SKEW_MS = 60_000;

/** The clients of one access key. */
export interface Clients {
  /** Who signs the requests. */
  readonly keys: SourceKeys;
  /** The client of STS. */
  readonly sts: STSClient;
  /** Returns the client of IAM, loaded when it is needed. */
  iam(): Promise<IAMClient>;
}

/** What all clients are made with. */
type ClientSettings =
  & Pick<STSClientConfig & object, "region" | "maxAttempts" | "defaultsMode">
  & Pick<IAMClientConfig & object, "region" | "maxAttempts" | "defaultsMode">
  & { readonly requestHandler: FetchHttpHandler };

/** Where a client sends its requests. */
export type Target = Pick<
  STSClientConfig & IAMClientConfig,
  | "endpoint"
  | "ignoreConfiguredEndpointUrls"
  | "region"
  | "useDualstackEndpoint"
  | "useFipsEndpoint"
>;

/** How requests of one resolution reach AWS, whoever signs them. */
export interface Connection {
  /** What all clients are made with. */
  readonly settings: ClientSettings;
  /** Where the services are asked. */
  readonly targets: Readonly<Record<"sts" | "iam", Target>>;
  /** Whether STS is asked at sts.amazonaws.com in the regions that were the first. */
  readonly useGlobalEndpoint: boolean;
  /** Milliseconds by which this computer's clock is behind AWS's, as far as that is known. */
  clockOffset: number;
  /** What no answer may bring back. */
  readonly secrets: RunSecrets;
}

/**
 * Returns how AWS is reached: certificates, proxies, endpoints.
 *
 * @throws {WevError} where certificates can't be read.
 */
export function connect(source: IdentitySource, context: ResolveContext): Connection {
  const secrets = new RunSecrets();
  for (const { externalId } of source.roles) {
    if (externalId !== undefined) secrets.inRefusals.add(externalId);
  }
  const handler = requestHandler(source, secrets, context);
  return connection(source, context, handler, secrets);
}

function connection(
  source: IdentitySource,
  { environment }: ExplainContext,
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
    // The SDK for JavaScript has dropped the variable, not what it did.
    useGlobalEndpoint: endpoints === "legacy",
    settings: {
      region: region ?? "aws-global",
      // Repeating is done here, where it is known whether a code is at stake.
      maxAttempts: 1,
      // What decides nothing here: a wrong AWS_DEFAULTS_MODE stops nobody, and "auto" asks no machine.
      defaultsMode: "standard",
      requestHandler,
    },
  };
}

/**
 * Returns where a client sends its requests: to `endpoint`, if there is one.
 *
 * Has the SDK look for none of it itself: it does not know what an outer wev changed. As for the AWS CLI,
 * an endpoint of one's own is neither FIPS nor dual-stack; the SDK refuses it beside those.
 */
export function targetOf(
  endpoint: string | undefined,
  region: string | undefined,
  kind: EndpointKind,
): Target {
  if (endpoint === undefined) return { ...kind, ignoreConfiguredEndpointUrls: true };
  // What stands for all regions is signed for this one.
  const signed = region === undefined || region === "aws-global" ? "us-east-1" : region;
  return { endpoint, region: signed, useFipsEndpoint: false, useDualstackEndpoint: false };
}

/**
 * Returns where a service is asked, as the SDK works it out of the region, the variables and the
 * profile: it makes a request, which is not sent.
 *
 * @throws {WevError} if that is no URL.
 */
export async function endpointOf(
  service: "sts" | "iam",
  source: IdentitySource,
  context: ExplainContext,
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
    connection(source, context, unsent.handler, new RunSecrets()),
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

/** Carries requests nowhere, to find out where they would go. */
export class UnsentRequests {
  /** Where they would go, in order. */
  readonly urls: URL[] = [];
  /** What takes them. */
  readonly handler: FetchHttpHandler = new FetchHttpHandler({
    customFetch: (input, init) => {
      this.urls.push(new URL(new Request(input, init).url));
      return Promise.reject(new Error("Not to be sent"));
    },
  });
}

/** Returns what carries requests; the SDK's usual one knows of no proxy. */
function requestHandler(
  { settings, namedRegion }: IdentitySource,
  secrets: RunSecrets,
  context: ResolveContext,
): FetchHttpHandler {
  const send = createSender(settings, secrets, context, namedRegion);
  return new FetchHttpHandler({
    requestTimeout: REQUEST_TIMEOUT_MS,
    customFetch: (request, init) => send(new Request(request, init)),
  });
}

/** What carries the requests of providers of credentials, which may repeat them. */
export class ProviderRequests {
  /** What carries those of the SDK's own. */
  readonly handler: FetchHttpHandler;
  /** Sends a request. */
  readonly send: Fetch;
  /** Why the last one got no answer; `undefined` where it got one, and where there was none. */
  failure: unknown;
  #deadline: AbortSignal | undefined;

  /**
   * Sends nothing yet. The first request starts the time in which all must be done.
   *
   * @throws {WevError} where certificates can't be read.
   */
  constructor(settings: Profile, context: ResolveContext) {
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

/** Returns the clients that sign with `keys`. Without a region STS is the one at sts.amazonaws.com. */
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
      // Few need it, and everybody would wait for it.
      const { IAMClient } = await import("@aws-sdk/client-iam");
      // IAM is signed for us-east-1 where there is no region, even at an endpoint of one's own.
      const iam = new IAMClient({
        ...settings,
        region: keys.region ?? "us-east-1",
        ...targets.iam,
      });
      // What STS has taught of the time.
      iam.config.systemClockOffset = sts.config.systemClockOffset;
      return iam;
    },
  };
}

/** Returns a client of STS for what is asked without keys. */
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

/** Any client of the SDK, as far as its clock is concerned. */
interface Client {
  readonly config: { readonly systemClockOffset: number };
}

/** What is sent: something that may be sent twice, or a code, which may not. */
export type Sent = "anything" | "a code";

/**
 * Sends a request by calling `send`. A throttled one is repeated, since AWS has not looked at it (nor
 * at a code in it); one that this computer's clock spoils is repeated with AWS's time; one that AWS
 * could not answer is repeated unless there is a code in it.
 *
 * @throws the SDK's own error.
 */
export async function sendRequest<Answer>(
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  { signal, logger }: ResolveContext,
  sent: Sent = "anything",
): Promise<Answer> {
  let skewed = false;
  const whole = AbortSignal.any([signal, AbortSignal.timeout(WHOLE_TIMEOUT_MS)]);
  for (let attempt = 1;; attempt++) {
    try {
      const deadline = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
      return await send({ abortSignal: AbortSignal.any([whole, deadline]) });
    } catch (error) {
      logger.debug(`AWS refused or did not answer: ${failureCode(error)}`);
      const { systemClockOffset } = client.config;
      if (isClockSkew(error) && !skewed && Math.abs(systemClockOffset) >= MIN_SKEW_MS) {
        // The SDK has read AWS's time from the answer, and signs with it from now on.
        skewed = true;
        logger.warning(describeSkew(systemClockOffset));
        continue;
      }
      const mayRepeat = isThrottled(error) || (sent === "anything" && isTransient(error));
      if (!mayRepeat || attempt >= MAX_ATTEMPTS || whole.aborted) throw error;
      // Longer after each attempt, by chance, so that those who wait do not come back together.
      await pause(Math.random() * 250 * 2 ** attempt, signal);
    }
  }
}

/** Returns a sentence about a clock that is `offset` milliseconds behind AWS's. */
function describeSkew(offset: number): string {
  const seconds = Math.round(Math.abs(offset) / 1000);
  const amount = seconds < 120 ? `${seconds} seconds` : `${Math.round(seconds / 60)} minutes`;
  return `This computer's clock is ${amount} ${
    offset > 0 ? "behind" : "ahead of"
  } AWS's: set it right`;
}

/**
 * Sends a request as {@linkcode sendRequest} does.
 *
 * @throws {WevError} that says what to do.
 */
export async function request<Answer>(
  { keys }: Clients,
  client: Client,
  send: (options: { abortSignal: AbortSignal }) => Promise<Answer>,
  context: ResolveContext,
): Promise<Answer> {
  try {
    return await sendRequest(client, send, context);
  } catch (error) {
    if (error instanceof WevError) throw error;
    throw explainFailure(error, keys);
  }
}
