/** How an {@linkcode AwsError} is answered. */
export interface AwsErrorOptions {
  /**
   * The HTTP status.
   *
   * @default {400}
   */
  readonly status?: number;
}

/** An error as AWS answers it: a code for programs, a message for people. */
export class AwsError extends Error {
  /** The code, such as `AccessDenied`. */
  readonly code: string;
  /** The HTTP status. */
  readonly status: number;

  /** Makes an error of a code. */
  constructor(code: string, message: string, options: AwsErrorOptions = {}) {
    super(message);
    this.name = "AwsError";
    this.code = code;
    this.status = options.status ?? 400;
  }
}

/** Makes the 403 of a caller who may not do it. */
export function accessDenied(message: string): AwsError {
  return new AwsError("AccessDenied", message, { status: 403 });
}

/** Makes the 403 of an access key that does not exist, or is not valid for the service. */
export function invalidClientTokenId(): AwsError {
  return new AwsError(
    "InvalidClientTokenId",
    "The security token included in the request is invalid.",
    { status: 403 },
  );
}

/** Makes the 403 of a temporary access key whose time is over. */
export function expiredToken(): AwsError {
  return new AwsError("ExpiredToken", "The security token included in the request is expired", {
    status: 403,
  });
}

/** Makes the 403 of a signature that is wrong in some way. */
export function signatureDoesNotMatch(message: string): AwsError {
  return new AwsError("SignatureDoesNotMatch", message, { status: 403 });
}

/** Makes the 400 of a parameter that breaks a rule. */
export function validationError(message: string): AwsError {
  return new AwsError("ValidationError", message);
}
