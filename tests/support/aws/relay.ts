/**
 * Stands between the clients and the HTTP server, so that a connection can be broken without an
 * answer: `Deno.serve` has no way to do that.
 */
export class Relay {
  /** The port that clients connect to. */
  readonly port: number;
  readonly #listener: Deno.TcpListener;
  readonly #server: Deno.NetAddr;
  /** Both ends of each connection, by the port from which the server sees it come. */
  readonly #open = new Map<number, readonly [Deno.TcpConn, Deno.TcpConn]>();
  readonly #running = new Set<Promise<void>>();

  /** Starts to hand on connections to a server; on loopback only. */
  constructor(server: Deno.NetAddr, options: { readonly port: number }) {
    this.#server = server;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: options.port });
    this.port = this.#listener.addr.port;
    this.#run(this.#accept());
  }

  /** Breaks the connection that the server sees come from a port. */
  drop(port: number): void {
    for (const connection of this.#open.get(port) ?? []) close(connection);
    this.#open.delete(port);
  }

  /** Breaks all connections, and takes no more. */
  async close(): Promise<void> {
    this.#listener.close();
    for (const port of [...this.#open.keys()]) this.drop(port);
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) this.#run(this.#join(client));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #join(client: Deno.TcpConn): Promise<void> {
    const { hostname, port } = this.#server;
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname, port });
    } catch {
      // The server is shutting down.
      return close(client);
    }
    this.#open.set(server.localAddr.port, [client, server]);
    await Promise.all([pass(client, server), pass(server, client)]);
    this.drop(server.localAddr.port);
  }

  #run(work: Promise<void>): void {
    const running = work.finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}

/** Hands on all that comes from one end, then closes the other. */
async function pass(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(16384);
  try {
    for (let size = await from.read(buffer); size !== null; size = await from.read(buffer)) {
      for (let sent = 0; sent < size;) sent += await to.write(buffer.subarray(sent, size));
    }
  } catch {
    // Either end may break off at any time; the other one then learns it by being closed.
  }
  close(to);
}

function close(connection: Deno.TcpConn): void {
  try {
    connection.close();
  } catch (error) {
    if (!(error instanceof Deno.errors.BadResource)) throw error;
  }
}
