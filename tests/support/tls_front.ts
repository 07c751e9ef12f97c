/**
 * AWS as the internet shows it: TLS before the local one, and a proxy on the way there.
 *
 * @module
 */

import { fileURLToPath } from "node:url";

const CERTIFICATES = new URL("./tls/", import.meta.url);

/** The file with the certificate of the authority that vouches for {@linkcode TlsFront}. */
export const AUTHORITY: string = fileURLToPath(new URL("authority.pem", CERTIFICATES));

/** Takes TLS off connections and hands them on. */
export class TlsFront implements AsyncDisposable {
  /** The port that clients connect to, on loopback. */
  readonly port: number;
  readonly #connections: Connections;

  /** Starts to hand connections on to the server at `endpoint`. */
  constructor(endpoint: string) {
    const read = (name: string) => Deno.readTextFileSync(new URL(name, CERTIFICATES));
    const listener = Deno.listenTls({
      hostname: "127.0.0.1",
      port: 0,
      cert: read("server.pem"),
      key: read("server.key"),
    });
    this.port = (listener.addr as Deno.NetAddr).port;
    this.#connections = new Connections(listener, async () => {
      const { hostname, port } = new URL(endpoint);
      return await Deno.connect({ hostname, port: Number(port) });
    });
  }

  /** Ends all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections.close();
  }
}

/** How a {@linkcode Proxy} is set up. */
export interface ProxyOptions {
  /** The port on loopback where every tunnel leads, wherever it was to go. */
  readonly to: number;
  /**
   * What it wants in `Proxy-Authorization`.
   *
   * @default nothing
   */
  readonly authorization?: string;
}

/** A proxy that makes tunnels. */
export class Proxy implements AsyncDisposable {
  /** Its host and port. */
  readonly address: string;
  /** Where tunnels were to go, in order. */
  readonly tunnels: string[] = [];
  readonly #connections: Connections;

  /** Starts to take connections. */
  constructor({ to, authorization }: ProxyOptions) {
    // On Linux an address that wev's permissions do not have: a proxy needs none.
    const hostname = Deno.build.os === "linux" ? "127.0.0.2" : "127.0.0.1";
    const listener = Deno.listen({ hostname, port: 0 });
    this.address = `${hostname}:${listener.addr.port}`;
    this.#connections = new Connections(listener, async (client) => {
      const head = await readHead(client);
      this.tunnels.push(/^CONNECT (\S+)/.exec(head)?.[1] ?? head);
      const given = /^proxy-authorization: (.*)$/im.exec(head)?.[1]?.trim();
      if (authorization !== undefined && given !== authorization) {
        await answer(client, "407 Proxy Authentication Required");
        return undefined;
      }
      const server = await Deno.connect({ hostname: "127.0.0.1", port: to });
      await answer(client, "200 Connection established");
      return server;
    });
  }

  /** Ends all connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#connections.close();
  }
}

async function readHead(client: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(1);
  let head = "";
  while (!head.endsWith("\r\n\r\n") && await client.read(buffer) !== null) {
    head += String.fromCharCode(buffer[0]!);
  }
  return head;
}

async function answer(client: Deno.Conn, status: string): Promise<void> {
  await client.write(new TextEncoder().encode(`HTTP/1.1 ${status}\r\n\r\n`));
}

/** The connections of a listener, each joined with one that `open` makes for it. */
class Connections {
  readonly #listener: Deno.Listener;
  readonly #open: (client: Deno.Conn) => Promise<Deno.Conn | undefined>;
  readonly #ends = new Set<Deno.Conn>();
  readonly #running: Promise<void>[] = [];

  constructor(
    listener: Deno.Listener,
    open: (client: Deno.Conn) => Promise<Deno.Conn | undefined>,
  ) {
    this.#listener = listener;
    this.#open = open;
    this.#running.push(this.#accept());
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const end of this.#ends) close(end);
    await Promise.all(this.#running);
  }

  async #accept(): Promise<void> {
    try {
      for await (const client of this.#listener) this.#running.push(this.#join(client));
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error;
    }
  }

  async #join(client: Deno.Conn): Promise<void> {
    this.#ends.add(client);
    try {
      const server = await this.#open(client);
      if (server === undefined) return;
      this.#ends.add(server);
      await Promise.race([pass(client, server), pass(server, client)]);
      close(server);
    } catch {
      // The client has gone: it does not trust the certificate, say.
    } finally {
      close(client);
    }
  }
}

async function pass(from: Deno.Conn, to: Deno.Conn): Promise<void> {
  try {
    const buffer = new Uint8Array(65_536);
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      await to.write(buffer.subarray(0, count));
    }
  } catch {
    // One of the ends was closed.
  }
}

function close(end: Deno.Conn): void {
  try {
    end.close();
  } catch {
    // It is closed.
  }
}
