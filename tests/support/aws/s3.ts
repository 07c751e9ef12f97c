import { accessDenied, AwsError } from "./errors.ts";
import { type Refusals, s3Refusals } from "./refusals.ts";
import type { Answer, Call, Service } from "./service.ts";
import type { SignedRequest } from "./signed_request.ts";
import { type XmlContent, xmlDocument, type XmlRootOptions } from "./xml.ts";

/** A bucket to list. */
export interface Bucket {
  /** The bucket's name. */
  readonly name: string;
  /** When it was made, such as `2020-01-01T00:00:00.000Z`. */
  readonly created: string;
}

/** The Simple Storage Service: lists its buckets to those who have MFA, and to roles. */
export class S3 implements Service {
  /** The name in a signature's scope. */
  readonly name = "s3";
  /** How S3 refuses. */
  readonly refusals: Refusals = s3Refusals;
  readonly #buckets: readonly Bucket[];

  /** Makes a service that has some buckets. */
  constructor(buckets: readonly Bucket[]) {
    this.#buckets = buckets;
  }

  /** Tells the only action there is from all others. */
  action(request: SignedRequest): string {
    const isRoot = request.method === "GET" && request.url.pathname === "/";
    return isRoot ? "ListBuckets" : `${request.method} ${request.url.pathname}`;
  }

  /** Answers a call. */
  answer(call: Call): Answer {
    const { caller, account, request, requestId } = call;
    if (this.action(request) !== "ListBuckets") {
      throw new AwsError(
        "NotImplemented",
        "A header you provided implies functionality that is not implemented",
        { status: 501 },
      );
    }
    // A role's policies are its own: AWS tells them nothing of the MFA it was assumed with.
    if (caller.origin !== "role" && !caller.mfa) throw accessDenied("Access Denied");
    return document(200, "ListAllMyBucketsResult", requestId, {
      Owner: { ID: account.id.padStart(64, "0") },
      Buckets: {
        Bucket: this.#buckets.map(({ name, created }) => ({ Name: name, CreationDate: created })),
      },
    }, { namespace: "http://s3.amazonaws.com/doc/2006-03-01/" });
  }

  /** Writes S3's own form of error, which has no envelope and no namespace. */
  error(error: AwsError, requestId: string): Answer {
    return document(error.status, "Error", requestId, {
      Code: error.code,
      Message: error.message,
      RequestId: requestId,
      HostId: btoa(requestId),
    });
  }
}

function document(
  status: number,
  root: string,
  requestId: string,
  content: XmlContent,
  options: XmlRootOptions = {},
): Answer {
  return {
    status,
    headers: { "content-type": "application/xml", "x-amz-request-id": requestId },
    body: xmlDocument(root, content, options),
  };
}
