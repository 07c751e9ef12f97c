import { setTimeout as sleep } from "node:timers/promises";
import type { Account } from "./account.ts";
import { authenticate } from "./authentication.ts";
import type { ServerClock } from "./clock.ts";
import { AwsError, signatureDoesNotMatch } from "./errors.ts";
import type { Failure, FailurePlan } from "./failures.ts";
import type { RequestLog } from "./request_log.ts";
import type { Answer, Service } from "./service.ts";
import { type Authorization, parseAuthorization } from "./sigv4.ts";
import { readRequest, type SignedRequest } from "./signed_request.ts";

/** What an {@linkcode Endpoint} is made of. */
export interface EndpointParts {
  /** The account behind it. */
  readonly account: Account;
  /** The server's time. */
  readonly clock: ServerClock;
  /** What is to go wrong. */
  readonly failures: FailurePlan;
  /** Where every request is written down. */
  readonly log: RequestLog;
  /** The services; the first one answers where a request names none. */
  readonly services: readonly [Service, ...Service[]];
  /** The only region that each service takes, by name. */
  readonly regions: Readonly<Record<string, string | undefined>>;
  /** Aborts when the server stops, so that nothing waits on. */
  readonly stopping: AbortSignal;
}

/** The way of a request from its arrival to its answer. */
export class Endpoint {
  readonly #parts: EndpointParts;

  /** Makes an endpoint of its parts. */
  constructor(parts: EndpointParts) {
    this.#parts = parts;
  }

  /**
   * Answers a request.
   *
   * @returns the answer, or none where the connection is to be broken
   */
  async answer(incoming: Request): Promise<Answer | undefined> {
    const { services, log, failures } = this.#parts;
    const request = await readRequest(incoming);
    const authorization = attempt(() => readAuthorization(request));
    const scope = authorization instanceof AwsError ? undefined : authorization;
    const service = services.find(({ name }) => name === scope?.service) ?? services[0];
    const action = service.action(request);
    const logged = log.add({
      service: scope?.service ?? "",
      action,
      accessKeyId: scope?.accessKeyId ?? "",
      region: scope?.region ?? "",
      parameters: Object.fromEntries(request.parameters),
      userAgent: request.headers.get("user-agent") ?? "",
    });
    const requestId = crypto.randomUUID();
    const failure = failures.take(action);
    const instead = await this.#instead(failure, request, { service, requestId });
    if (instead === undefined) return undefined;
    let answer = instead.answer;
    if (answer === null) {
      logged.processed = true;
      answer = await this.#process(request, authorization, { service, requestId });
    }
    if (failure?.kind === "drop") return undefined;
    logged.status = answer.status;
    logged.errorCode = answer.errorCode;
    return answer;
  }

  /** Lets a failure happen: gives the answer it leads to, if any, or nothing for no answer. */
  async #instead(
    failure: Failure | undefined,
    request: SignedRequest,
    { service, requestId }: { readonly service: Service; readonly requestId: string },
  ): Promise<{ readonly answer: LoggedAnswer | null } | undefined> {
    switch (failure?.kind) {
      case "error": {
        const { code, message, status } = failure;
        const text = typeof message === "string" ? message : message(request);
        return { answer: refuse(service, new AwsError(code, text, { status }), requestId) };
      }
      case "page": {
        const { status, contentType, body } = failure;
        return { answer: { status, headers: { "content-type": contentType }, body } };
      }
      case "hold":
        await Promise.race([failure.until, this.#wait(2 ** 31 - 1)]);
        return { answer: null };
      case "delay":
        await this.#wait(failure.milliseconds);
        return { answer: null };
      case "hang":
        // The longest time that a timer takes; it ends when the server stops.
        await this.#wait(2 ** 31 - 1);
        return undefined;
      case "drop":
        return failure.when === "before" ? undefined : { answer: null };
      case undefined:
        return { answer: null };
    }
  }

  async #process(
    request: SignedRequest,
    authorization: Authorization | AwsError,
    { service, requestId }: { readonly service: Service; readonly requestId: string },
  ): Promise<LoggedAnswer> {
    const { account, clock, regions } = this.#parts;
    try {
      const now = clock.now();
      const anonymous = service.answerAnonymous?.({ request, account, requestId, now });
      if (anonymous !== undefined) return anonymous;
      if (authorization instanceof AwsError) throw authorization;
      const { refusals } = service;
      if (authorization.service !== service.name) {
        throw signatureDoesNotMatch(
          `Credential should be scoped to correct service: '${service.name}'.`,
        );
      }
      const region = regions[service.name];
      const options = { account, clock, refusals, region };
      const caller = await authenticate(request, authorization, options);
      return service.answer({ request, account, caller, requestId });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return refuse(service, error, requestId);
    }
  }

  async #wait(milliseconds: number): Promise<void> {
    try {
      await sleep(milliseconds, undefined, { signal: this.#parts.stopping });
    } catch (error) {
      if (!this.#parts.stopping.aborted) throw error;
    }
  }
}

type LoggedAnswer = Answer & { readonly errorCode?: string };

function refuse(service: Service, error: AwsError, requestId: string): LoggedAnswer {
  return { ...service.error(error, requestId), errorCode: error.code };
}

function readAuthorization(request: SignedRequest): Authorization {
  const header = request.headers.get("authorization");
  if (header === null) {
    throw new AwsError("MissingAuthenticationToken", "Request is missing Authentication Token", {
      status: 403,
    });
  }
  return parseAuthorization(header);
}

function attempt<T>(work: () => T): T | AwsError {
  try {
    return work();
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
}
