/**
 * Servers that answer without an end, to see that nobody reads on.
 *
 * @module
 */

/** How a {@linkcode HostileServer} answers. */
export type HostileAnswer = "chunks" | "compressed" | "headers";

/** A server on loopback whose every answer goes on for as long as somebody reads. */
export class HostileServer implements AsyncDisposable {
  /** Bytes that somebody has taken. */
  taken = 0;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #answer: HostileAnswer;
  readonly #connections = new Set<Deno.Conn>();
  readonly #running: Promise<void>[] = [];

  /** Starts to listen. */
  constructor(answer: HostileAnswer) {
    this.#answer = answer;
    this.#running.push(this.#accept());
  }

  /** Where it is. */
  get url(): string {
    return `http://127.0.0.1:${this.#listener.addr.port}`;
  }

  /** Ends all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    try {
      for await (const connection of this.#listener) this.#running.push(this.#serve(connection));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #serve(connection: Deno.Conn): Promise<void> {
    this.#connections.add(connection);
    try {
      await connection.read(new Uint8Array(65_536));
      for await (const part of partsOf(this.#answer)) {
        for (let sent = 0; sent < part.length;) {
          const count = await connection.write(part.subarray(sent));
          sent += count;
          this.taken += count;
        }
      }
    } catch {
      // The client has gone, which is what is hoped for.
    } finally {
      close(connection);
    }
  }
}

async function* partsOf(answer: HostileAnswer): AsyncIterable<Uint8Array> {
  const bytes = (text: string) => new TextEncoder().encode(text);
  const status = "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n";
  if (answer === "compressed") {
    yield bytes(`${status}Content-Encoding: gzip\r\nConnection: close\r\n\r\n`);
    const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
      pull: (controller) => controller.enqueue(new Uint8Array(1_048_576)),
    });
    return yield* zeros.pipeThrough(new CompressionStream("gzip"));
  }
  const [head, more] = answer === "chunks"
    ? [`${status}Transfer-Encoding: chunked\r\n\r\n`, `1000\r\n${"<".repeat(4096)}\r\n`]
    : [status, `X-More: ${"x".repeat(1000)}\r\n`];
  yield bytes(head);
  while (true) yield bytes(more);
}

function close(connection: Deno.Conn): void {
  try {
    connection.close();
  } catch {
    // It is closed.
  }
}
