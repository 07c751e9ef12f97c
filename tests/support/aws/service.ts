import type { Account } from "./account.ts";
import type { Credential } from "./credential.ts";
import type { AwsError } from "./errors.ts";
import type { Refusals } from "./refusals.ts";
import type { SignedRequest } from "./signed_request.ts";

/** What a service answers with. */
export interface Answer {
  /** The HTTP status. */
  readonly status: number;
  /** The headers but `Date`. */
  readonly headers: Readonly<Record<string, string>>;
  /** The XML, or what stands in its place. */
  readonly body: string | Uint8Array<ArrayBuffer>;
}

/** A request whose signature was good. */
export interface Call {
  /** The request as it came. */
  readonly request: SignedRequest;
  /** The account it is about. */
  readonly account: Account;
  /** What it was signed with. */
  readonly caller: Credential;
  /** What the answer names it. */
  readonly requestId: string;
}

/** A request that nobody signed. */
export interface AnonymousCall extends Omit<Call, "caller"> {
  /** The server's time, in milliseconds since 1970. */
  readonly now: number;
}

/** One of the services behind the endpoint. */
export interface Service {
  /** The name in a signature's scope. */
  readonly name: string;
  /** How the service refuses a signature. */
  readonly refusals: Refusals;
  /** Tells which action a request asks for, whoever sent it. */
  action(request: SignedRequest): string;
  /** Answers a call; throws {@linkcode AwsError} where it is refused. */
  answer(call: Call): Answer;
  /** Answers a call that needs no signature, if the action is one. */
  answerAnonymous?(call: AnonymousCall): Answer | undefined;
  /** Writes an error in the service's form. */
  error(error: AwsError, requestId: string): Answer;
}
