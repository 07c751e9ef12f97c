/**
 * A server that has the files of a release, laid out as GitHub has them.
 *
 * @module
 */

/** A server that has the files of a release. */
export class ReleaseServer implements AsyncDisposable {
  /** What was asked for. */
  readonly paths: string[] = [];
  readonly #files: ReadonlyMap<string, Uint8Array<ArrayBuffer> | string>;
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  /** Starts a server that has `files` in the release of `version`, which is the latest. */
  constructor(version: string, files: Readonly<Record<string, Uint8Array<ArrayBuffer> | string>>) {
    const places = ["latest/download", `download/v${version}`];
    this.#files = new Map(
      Object.entries(files).flatMap(([name, content]) =>
        places.map((place) => [`/releases/${place}/${name}`, content] as const)
      ),
    );
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  /** What `WEV_DOWNLOAD_BASE` must be. */
  get base(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/releases`;
  }

  /** Stops it. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }

  #answer(path: string): Response {
    this.paths.push(path);
    const content = this.#files.get(path);
    return content === undefined
      ? new Response("Not Found", { status: 404 })
      : new Response(content);
  }
}
