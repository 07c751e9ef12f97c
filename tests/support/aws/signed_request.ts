/** A request as it came, read to its end. */
export interface SignedRequest {
  /** The HTTP method. */
  readonly method: string;
  /** The URL, with the host that the client named. */
  readonly url: URL;
  /** The headers. */
  readonly headers: Headers;
  /** The whole body. */
  readonly body: string;
  /** The parameters of the form, or of the query where there is no form. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** Reads a request to its end. */
export async function readRequest(request: Request): Promise<SignedRequest> {
  const url = new URL(request.url);
  const body = await request.text();
  const form = body === "" ? url.searchParams : new URLSearchParams(body);
  return {
    method: request.method,
    url,
    headers: request.headers,
    body,
    parameters: new Map(form),
  };
}
