/**
 * A runtime made of maps: another system, another time, a terminal that types by itself.
 *
 * @module
 */

import {
  type Command,
  type CommandStatus,
  ExecutionError,
  type FileInfo,
  type Files,
  type LocalTime,
  type LockedFile,
  NetworkError,
  type ReadFile,
  type Runtime,
  type System,
  type Terminal,
  type TerminalMode,
} from "../../src/runtime.ts";

/** How a {@linkcode FakeRuntime} is set up. */
export interface FakeRuntimeOptions {
  /**
   * The operating system.
   *
   * @default {"linux"}
   */
  readonly system?: System;
  /**
   * The environment.
   *
   * @default {{}}
   */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The working directory.
   *
   * @default {"/home/ann/project"}
   */
  readonly workingDirectory?: string;
  /**
   * Content by path.
   *
   * @default {{}}
   */
  readonly files?: Readonly<Record<string, string>>;
  /**
   * The instant.
   *
   * @default {new Date("2026-01-31T12:00:00Z")}
   */
  readonly now?: Date;
  /**
   * Whether standard error is a terminal.
   *
   * @default {false}
   */
  readonly stderrIsTerminal?: boolean;
  /**
   * What is typed at the terminal, a read each; without it there is no terminal.
   *
   * @default no terminal
   */
  readonly typed?: readonly string[];
  /**
   * How every command ends.
   *
   * @default {{ code: 0 }}
   */
  readonly status?: CommandStatus;
  /**
   * The code of the error with which the system refuses to execute a path. It also refuses a path that is
   * not there.
   *
   * @default {{}}
   */
  readonly refuses?: Readonly<Record<string, string>>;
  /**
   * Whether this process can become a command.
   *
   * @default {false}
   */
  readonly canBecome?: boolean;
}

/** This process has become a command. */
export class Become extends Error {}

/** A runtime whose parts can be looked at. */
export class FakeRuntime implements Runtime {
  readonly system: System;
  readonly platform: Runtime["platform"] = {
    target: "x86_64-unknown-linux-gnu",
    engine: "Deno 2.9.6",
  };
  readonly process: number = 4711;
  readonly startedAt: Date;
  readonly user: number = 1000;
  readonly workingDirectory: string;
  readonly files: FakeFiles;
  /** What was run. */
  readonly commands: Command[] = [];
  /** What this process became. */
  readonly became: Command[] = [];
  /** The signals by which this process ended itself. */
  readonly endedBy: string[] = [];
  /** The terminal, if there is one. */
  readonly terminal: FakeTerminal | undefined;
  /** The instant. */
  now: Date;
  /** What stands on standard output. */
  out = "";
  /** What stands on standard error. */
  err = "";
  readonly #options: FakeRuntimeOptions;

  /** Makes a runtime. */
  constructor(options: FakeRuntimeOptions = {}) {
    this.#options = options;
    this.system = options.system ?? "linux";
    this.workingDirectory = options.workingDirectory ?? "/home/ann/project";
    this.files = new FakeFiles(options.files ?? {}, this.system);
    // A home directory is there, and never made.
    const { HOME } = options.environment ?? {};
    if (HOME !== undefined) this.files.attributes.set(HOME, {});
    this.now = options.now ?? new Date("2026-01-31T12:00:00Z");
    this.startedAt = this.now;
    if (options.canBecome === true) {
      const execute = (command: Command) => {
        this.#refuse(command);
        this.became.push(command);
        throw new Become();
      };
      this.processes = { ...this.processes, execute };
    }
    this.terminal = options.typed === undefined ? undefined : new FakeTerminal(options.typed);
  }

  readonly environment: Runtime["environment"] = {
    get: (name) => this.#variable(name),
    names: () => Object.keys(this.#options.environment ?? {}),
  };
  readonly clock: Runtime["clock"] = { now: () => this.now };
  localTime: Runtime["localTime"] = () => Promise.resolve(utc);
  readonly stdout: Runtime["stdout"] = {
    isTerminal: () => false,
    write: (text) => void (this.out += text),
    command: (text) => void (this.out += text),
    width: () => undefined,
    isDiscarded: () => Promise.resolve(false),
  };
  readonly stderr: Runtime["stderr"] = {
    isTerminal: () => this.#options.stderrIsTerminal ?? false,
    write: (text) => void (this.err += text),
  };
  readonly processes: Runtime["processes"] = {
    spawn: (command) => {
      this.#refuse(command);
      this.commands.push(command);
      return Promise.resolve(this.#options.status ?? { code: 0 });
    },
    endBy: (signal) => {
      this.endedBy.push(signal);
      return Promise.resolve();
    },
    capture: () => Promise.reject(new ExecutionError("ENOENT", "There are no programs here")),
  };

  become(): void {}

  protectSecrets(): void {}

  createFetch: Runtime["createFetch"] = () => () =>
    Promise.reject(new NetworkError("ENETUNREACH", "There is no network here"));

  openTerminal(): Promise<Terminal | undefined> {
    return Promise.resolve(this.terminal);
  }

  #refuse({ path }: Command): void {
    const isThere = this.files.content.has(path);
    const code = this.#options.refuses?.[path] ?? (isThere ? undefined : "ENOENT");
    if (code !== undefined) throw new ExecutionError(code, code);
  }

  #variable(name: string): string | undefined {
    const environment = this.#options.environment ?? {};
    if (this.system !== "windows") return environment[name];
    // As on the real Windows.
    const same = Object.keys(environment).find((key) => key.toUpperCase() === name.toUpperCase());
    return same === undefined ? undefined : environment[same];
  }
}

/** Tells an instant in UTC. */
export const utc: LocalTime = (instant) => {
  const [date = "", time = ""] = instant.toISOString().split("T");
  return { date, time: time.slice(0, 5), seconds: time.slice(6, 8), zone: "UTC" };
};

/** Files in a map. */
export class FakeFiles implements Files {
  /** Content by path. */
  readonly content: Map<string, string>;
  /** What differs from the usual, by path; it makes a directory of a path that has no content. */
  readonly attributes: Map<string, Partial<FileInfo>> = new Map();
  /** The paths that are symbolic links. */
  readonly links: Set<string> = new Set();
  /** How often anything was written or removed. */
  changes = 0;
  /** How often a lock was taken. */
  locks = 0;
  /** What the system says when something is read. */
  refusesToRead: Error | undefined;
  /** What the system says when something is written. */
  refusesToWrite: Error | undefined;
  readonly #held = new Map<string, Promise<void>>();
  readonly #separator: string;

  /** Makes files. */
  constructor(files: Readonly<Record<string, string>>, system: System) {
    this.content = new Map(Object.entries(files));
    this.#separator = system === "windows" ? "\\" : "/";
  }

  stat(path: string): FileInfo | undefined {
    const rest = {
      device: 1,
      mode: undefined,
      uid: undefined,
      modified: undefined,
    };
    const own = this.attributes.get(path);
    const inode = [...this.content.keys()].indexOf(path) + 1;
    if (inode > 0) {
      const size = this.content.get(path)!.length;
      return { kind: "file", size, inode, ...rest, ...own };
    }
    const isDirectory = own !== undefined || this.list(path).length > 0;
    return isDirectory ? { kind: "directory", size: 0, inode: 0, ...rest, ...own } : undefined;
  }

  lstat(path: string): FileInfo | undefined {
    const info = this.stat(path);
    return info !== undefined && this.links.has(path) ? { ...info, kind: "link" } : info;
  }

  readLink(): string {
    throw new Error("No link here leads anywhere");
  }

  realPath(path: string): string | undefined {
    return this.stat(path) === undefined ? undefined : path;
  }

  makeDirectory(_path: string): void {}

  rename(path: string, to: string): void {
    this.changes++;
    for (const map of [this.content, this.attributes] as Map<string, unknown>[]) {
      for (const [other, value] of [...map]) {
        if (other !== path && !other.startsWith(path + this.#separator)) continue;
        map.delete(other);
        map.set(to + other.slice(path.length), value);
      }
    }
  }

  setMode(path: string, mode: number): void {
    this.changes++;
    this.attributes.set(path, { ...this.attributes.get(path), mode });
  }

  async lock(path: string, onWait?: () => void): Promise<LockedFile> {
    if (this.refusesToWrite !== undefined) throw this.refusesToWrite;
    if (this.#held.has(path)) onWait?.();
    while (this.#held.has(path)) await this.#held.get(path);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#held.set(path, promise);
    this.locks++;
    return {
      content: (limit) => (this.content.get(path) ?? "").slice(0, limit),
      replace: (text) => void this.content.set(path, text),
      close: () => {
        this.#held.delete(path);
        resolve();
      },
    };
  }

  read(path: string, limit: number): Uint8Array | undefined {
    const content = this.content.get(path);
    return content === undefined
      ? undefined
      : new TextEncoder().encode(content).slice(0, limit + 1);
  }

  readRegular(path: string, limit: number): ReadFile | undefined {
    if (this.refusesToRead !== undefined) throw this.refusesToRead;
    const info = this.lstat(path);
    if (info === undefined) return undefined;
    const isRead = info.kind === "file" && info.size <= limit;
    return {
      info,
      bytes: isRead ? new TextEncoder().encode(this.content.get(path)) : undefined,
    };
  }

  writePrivately(path: string, content: Uint8Array): void {
    if (this.refusesToWrite !== undefined) throw this.refusesToWrite;
    this.changes++;
    this.content.set(path, new TextDecoder().decode(content));
  }

  append(path: string, text: string): void {
    this.changes++;
    this.content.set(path, this.content.get(path)! + text);
  }

  list(path: string): string[] {
    const below = [...this.content.keys(), ...this.attributes.keys()]
      .filter((other) => other.startsWith(path + this.#separator))
      .map((other) => other.slice(path.length + 1).split(this.#separator, 1)[0]!);
    return [...new Set(below)];
  }

  remove(path: string): void {
    if (this.refusesToWrite !== undefined) throw this.refusesToWrite;
    this.changes++;
    this.content.delete(path);
    this.attributes.delete(path);
    this.links.delete(path);
  }
}

/** A terminal at which a given text is typed, and then nothing more. */
export class FakeTerminal implements Terminal {
  /** What it shows. */
  shown = "";
  /** What it does with keys. */
  mode: TerminalMode = "original";
  /** How often it was closed. */
  closed = 0;
  readonly #typed: string[];

  /** Makes a terminal of `width` columns at which `typed` is typed, a read each. */
  constructor(typed: readonly string[], readonly width?: number, readonly noticesOthers = true) {
    this.#typed = [...typed];
  }

  write(text: string): void {
    this.shown += text;
  }

  /** Whether it is raw. */
  get raw(): boolean {
    return this.mode === "raw";
  }

  setMode(mode: TerminalMode): void {
    this.mode = mode;
  }

  read(): Promise<Uint8Array | undefined> {
    const text = this.#typed.shift();
    return Promise.resolve(text === undefined ? undefined : new TextEncoder().encode(text));
  }

  columns(): number | undefined {
    return this.width;
  }

  close(): void {
    this.mode = "original";
    this.closed++;
  }
}
