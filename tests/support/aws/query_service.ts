import { AwsError } from "./errors.ts";
import { queryRefusals, type Refusals } from "./refusals.ts";
import type { AnonymousCall, Answer, Call, Service } from "./service.ts";
import type { SignedRequest } from "./signed_request.ts";
import { type XmlContent, xmlDocument } from "./xml.ts";

/** Carries out one action; throws {@linkcode AwsError} where it is refused. */
export type Action = (call: Call) => XmlContent;

/** Carries out an action that needs no signature. */
export type AnonymousAction = (call: AnonymousCall) => XmlContent;

/** What a {@linkcode QueryService} is made of. */
export interface QueryServiceOptions {
  /** The name in a signature's scope. */
  readonly name: string;
  /** The only `Version` that is taken. */
  readonly version: string;
  /** The namespace of all answers. */
  readonly namespace: string;
  /** The actions by name. */
  readonly actions: Readonly<Record<string, Action>>;
  /**
   * The actions by name that need no signature.
   *
   * @default {{}}
   */
  readonly anonymous?: Readonly<Record<string, AnonymousAction>>;
}

/** A service of AWS's query protocol: a form that names its `Action`, answered in XML. */
export class QueryService implements Service {
  /** The name in a signature's scope. */
  readonly name: string;
  /** How STS and IAM refuse. */
  readonly refusals: Refusals = queryRefusals;
  readonly #version: string;
  readonly #namespace: string;
  readonly #actions: ReadonlyMap<string, Action>;
  readonly #anonymous: ReadonlyMap<string, AnonymousAction>;

  /** Makes a service of its actions. */
  constructor(options: QueryServiceOptions) {
    this.name = options.name;
    this.#version = options.version;
    this.#namespace = options.namespace;
    this.#actions = new Map(Object.entries(options.actions));
    this.#anonymous = new Map(Object.entries(options.anonymous ?? {}));
  }

  /** Gives the form's `Action`. */
  action(request: SignedRequest): string {
    return request.parameters.get("Action") ?? "";
  }

  /** Answers a call in the action's envelope. */
  answer(call: Call): Answer {
    const { request, requestId } = call;
    const name = this.action(request);
    if (request.method !== "POST" || name === "") {
      throw new AwsError("MissingAction", "Could not find an action in a POST form");
    }
    const type = request.headers.get("content-type") ?? "";
    if (!type.startsWith("application/x-www-form-urlencoded")) {
      throw new AwsError("UnsupportedMediaType", `Unsupported content type: ${type}`, {
        status: 415,
      });
    }
    const version = request.parameters.get("Version") ?? "";
    const action = this.#actions.get(name);
    if (action === undefined || version !== this.#version) {
      throw new AwsError(
        "InvalidAction",
        `Could not find operation ${name} for version ${version}`,
      );
    }
    return this.#document(200, `${name}Response`, requestId, {
      [`${name}Result`]: action(call),
      ResponseMetadata: { RequestId: requestId },
    });
  }

  /** Answers a call that needs no signature, if the action is one. */
  answerAnonymous(call: AnonymousCall): Answer | undefined {
    const name = this.action(call.request);
    const action = this.#anonymous.get(name);
    if (action === undefined) return undefined;
    return this.#document(200, `${name}Response`, call.requestId, {
      [`${name}Result`]: action(call),
      ResponseMetadata: { RequestId: call.requestId },
    });
  }

  /** Writes an `ErrorResponse`. */
  error(error: AwsError, requestId: string): Answer {
    return this.#document(error.status, "ErrorResponse", requestId, {
      Error: {
        Type: error.status < 500 ? "Sender" : "Receiver",
        Code: error.code,
        Message: error.message,
      },
      RequestId: requestId,
    });
  }

  #document(status: number, root: string, requestId: string, content: XmlContent): Answer {
    return {
      status,
      headers: { "content-type": "text/xml", "x-amzn-requestid": requestId },
      body: xmlDocument(root, content, { namespace: this.#namespace }),
    };
  }
}
