/** One request, and what came of it. */
export interface LoggedRequest {
  /** The service of the signature's scope; empty where there was none. */
  readonly service: string;
  /** The action, such as `GetSessionToken`; empty where there was none. */
  readonly action: string;
  /** The access key ID that the signature names, valid or not. */
  readonly accessKeyId: string;
  /** The region of the signature's scope. */
  readonly region: string;
  /** The parameters as they came, the code among them. */
  readonly parameters: Readonly<Record<string, string>>;
  /** The `User-Agent`. */
  readonly userAgent: string;
  /** Whether AWS carried out the action, or refused it, by its own rules. */
  readonly processed: boolean;
  /** The status that was answered; none where no answer was sent. */
  readonly status: number | undefined;
  /** The error's code; none where there was no error, or no answer. */
  readonly errorCode: string | undefined;
}

/** What is known of a request as it comes in. */
export type IncomingRequest = Omit<LoggedRequest, "processed" | "status" | "errorCode">;

/** A logged request that the server may still write to. */
export type OpenRequest = { -readonly [Key in keyof LoggedRequest]: LoggedRequest[Key] };

/** All requests, in the order in which they came in. */
export class RequestLog {
  readonly #requests: LoggedRequest[] = [];

  /** All requests. */
  get all(): readonly LoggedRequest[] {
    return this.#requests;
  }

  /** Gives the requests of an action. */
  of(action: string): LoggedRequest[] {
    return this.#requests.filter((request) => request.action === action);
  }

  /** Adds a request as it comes in; the server fills in what comes of it. */
  add(request: IncomingRequest): OpenRequest {
    const logged = { ...request, processed: false, status: undefined, errorCode: undefined };
    this.#requests.push(logged);
    return logged;
  }

  /** Forgets all requests. */
  clear(): void {
    this.#requests.length = 0;
  }
}
