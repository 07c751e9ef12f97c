/**
 * Unix sockets between processes of one user. Deno opens none without a permission that names its path,
 * which is not known before, so libc does it.
 *
 * @module
 */

import type { LocalConnection, LocalListener } from "../runtime.ts";
import { type Libc, openLibc, toCString } from "./libc.ts";

const FUNCTIONS = {
  socket: { parameters: ["i32", "i32", "i32"], result: "i32" },
  bind: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  listen: { parameters: ["i32", "i32"], result: "i32" },
  accept: { parameters: ["i32", "buffer", "buffer"], result: "i32" },
  // On Linux only.
  accept4: {
    parameters: ["i32", "buffer", "buffer", "i32"],
    result: "i32",
    optional: true,
  },
  connect: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  send: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  recv: { parameters: ["i32", "buffer", "usize", "i32"], result: "isize" },
  // On another thread, since it waits.
  poll: { parameters: ["buffer", "usize", "i32"], result: "i32", nonblocking: true },
  shutdown: { parameters: ["i32", "i32"], result: "i32" },
  open: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  getsockopt: { parameters: ["i32", "i32", "i32", "buffer", "buffer"], result: "i32" },
  // On macOS only.
  getpeereid: { parameters: ["i32", "buffer", "buffer"], result: "i32", optional: true },
} as const;

const DARWIN = Deno.build.os === "darwin";
const AF_UNIX = 1;
const SOCK_STREAM = 1;
/** Neither waited for nor inherited by programs. macOS has flags for neither. */
const NONBLOCK_CLOEXEC = DARWIN ? 0 : 0o2004000;
const CLOEXEC = 0o2000000;
/** MSG_DONTWAIT, and on Linux MSG_NOSIGNAL: Deno ignores SIGPIPE. */
const WITHOUT_WAITING = DARWIN ? 0x80 : 0x4040;
const SHUT_WR = 1;
const SHUT_RDWR = 2;
const POLLIN = 1;
const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** Bytes of the path in a `struct sockaddr_un`, with the NUL at its end. */
const PATH_BYTES = DARWIN ? 104 : 108;
/** O_PATH, O_DIRECTORY and O_CLOEXEC. */
const DIRECTORY_ONLY = 0o12200000;
/** Connections that may wait to be accepted. */
const BACKLOG = 64;
/** Bytes of one line. What sends more is not wev. */
const MAX_LINE = 65_536;
/** Milliseconds between two looks whether the socket was closed here, where that wakes nobody up. */
const LOOK_MS = 1_000;

type SocketLibc = Libc<typeof FUNCTIONS>;

/** Waits for connections at `path`, which must not exist. Returns `undefined` if that is impossible. */
export function listenAt(path: string): LocalListener | undefined {
  const libc = openLibc(FUNCTIONS);
  const socket = libc &&
    boundSocket(
      libc,
      path,
      (descriptor, address) =>
        libc.bind(descriptor, address, address.length) === 0 &&
        libc.listen(descriptor, BACKLOG) === 0,
    );
  return libc && socket && new Listener(libc, socket);
}

/**
 * Connects to the process of this user that listens at `path`. Returns `undefined` if there is none, or
 * if it is another user's.
 */
export function connectTo(path: string): LocalConnection | undefined {
  const libc = openLibc(FUNCTIONS);
  const socket = libc &&
    boundSocket(
      libc,
      path,
      (descriptor, address) =>
        libc.connect(descriptor, address, address.length) === 0 && isOwn(libc, descriptor),
    );
  return libc && socket && new Connection(libc, socket);
}

/** Returns a socket that `use` has given the address of `path`; `undefined` if it can't. */
function boundSocket(
  libc: SocketLibc,
  path: string,
  use: (descriptor: number, address: Uint8Array<ArrayBuffer>) => boolean,
): Socket | undefined {
  const descriptor = libc.socket(AF_UNIX, SOCK_STREAM | NONBLOCK_CLOEXEC, 0);
  if (descriptor < 0) return undefined;
  const done = withAddress(libc, path, (address) => use(descriptor, address));
  if (done) return new Socket(libc, descriptor);
  libc.close(descriptor);
  return undefined;
}

/** Calls `use` with the address of `path`, which a descriptor of its directory makes short if necessary. */
function withAddress(
  libc: SocketLibc,
  path: string,
  use: (address: Uint8Array<ArrayBuffer>) => boolean,
): boolean {
  if (toCString(path).length <= PATH_BYTES) return use(addressOf(path));
  if (DARWIN) return false;
  const at = path.lastIndexOf("/");
  const directory = libc.open(toCString(path.slice(0, at)), DIRECTORY_ONLY);
  if (directory < 0) return false;
  try {
    return use(addressOf(`/proc/self/fd/${directory}${path.slice(at)}`));
  } finally {
    libc.close(directory);
  }
}

/** Returns a `struct sockaddr_un`: the family, on macOS after the length, and the path. */
function addressOf(path: string): Uint8Array<ArrayBuffer> {
  const address = new Uint8Array(2 + PATH_BYTES);
  address.set(DARWIN ? [address.length, AF_UNIX] : [AF_UNIX, 0]);
  address.set(toCString(path), 2);
  return address;
}

/** Returns whether the process at the other end is of this user. */
function isOwn(libc: SocketLibc, descriptor: number): boolean {
  const user = new Uint32Array(1);
  if (libc.getpeereid !== null) {
    if (libc.getpeereid(descriptor, user, new Uint32Array(1)) !== 0) return false;
  } else {
    // struct ucred: process, user, group.
    const peer = new Uint32Array(3);
    const size = new Uint32Array([peer.byteLength]);
    if (libc.getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, peer, size) !== 0) return false;
    user[0] = peer[1]!;
  }
  return user[0] === Deno.uid();
}

/** A descriptor that is closed once nobody waits for it: until then its number is not given to another. */
class Socket {
  readonly descriptor: number;
  readonly #libc: SocketLibc;
  #waiting: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(libc: SocketLibc, descriptor: number) {
    this.#libc = libc;
    this.descriptor = descriptor;
  }

  /** Waits until there is something to take; returns whether there is: not if it was closed. */
  async readable(): Promise<boolean> {
    while (!this.#isClosed) {
      // struct pollfd: the descriptor, then what is asked for and what there is, in 16 bits each.
      const polled = new Int32Array([this.descriptor, POLLIN]);
      const waiting = this.#libc.poll(polled, 1n, LOOK_MS);
      this.#waiting = waiting;
      await waiting;
      this.#waiting = undefined;
      if (polled[1]! >>> 16 !== 0) return !this.#isClosed;
    }
    return false;
  }

  endWriting(): void {
    if (!this.#isClosed) this.#libc.shutdown(this.descriptor, SHUT_WR);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#libc.shutdown(this.descriptor, SHUT_RDWR);
    await this.#waiting;
    this.#libc.close(this.descriptor);
  }
}

class Listener implements LocalListener {
  readonly #libc: SocketLibc;
  readonly #socket: Socket;

  constructor(libc: SocketLibc, socket: Socket) {
    this.#libc = libc;
    this.#socket = socket;
  }

  async accept(): Promise<LocalConnection | undefined> {
    const libc = this.#libc;
    const { descriptor } = this.#socket;
    while (await this.#socket.readable()) {
      const accepted = libc.accept4 === null
        ? libc.accept(descriptor, null, null)
        : libc.accept4(descriptor, null, null, CLOEXEC);
      // It may have gone again, or this process may have too many files open.
      if (accepted < 0) await pause();
      else if (isOwn(libc, accepted)) return new Connection(libc, new Socket(libc, accepted));
      else libc.close(accepted);
    }
    return undefined;
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }
}

class Connection implements LocalConnection {
  readonly #libc: SocketLibc;
  readonly #socket: Socket;
  readonly #decoder = new TextDecoder();
  #received = "";

  constructor(libc: SocketLibc, socket: Socket) {
    this.#libc = libc;
    this.#socket = socket;
  }

  async read(): Promise<string | undefined> {
    const buffer = new Uint8Array(4096);
    for (;;) {
      const end = this.#received.indexOf("\n");
      if (end >= 0) {
        const line = this.#received.slice(0, end);
        this.#received = this.#received.slice(end + 1);
        return line;
      }
      if (this.#received.length > MAX_LINE || !await this.#socket.readable()) return undefined;
      const size = BigInt(buffer.length);
      const count = Number(
        this.#libc.recv(this.#socket.descriptor, buffer, size, WITHOUT_WAITING),
      );
      if (count <= 0) return undefined;
      this.#received += this.#decoder.decode(buffer.subarray(0, count), { stream: true });
    }
  }

  write(line: string): boolean {
    const bytes = new TextEncoder().encode(`${line}\n`);
    const { descriptor } = this.#socket;
    const size = BigInt(bytes.length);
    // All of it or nothing that counts: who takes nothing has stopped.
    return Number(this.#libc.send(descriptor, bytes, size, WITHOUT_WAITING)) === bytes.length;
  }

  endWriting(): void {
    this.#socket.endWriting();
  }

  async close(): Promise<void> {
    await this.#socket.close();
  }
}

/** Milliseconds until the next attempt to accept a connection. */
const PAUSE_MS = 50;

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
