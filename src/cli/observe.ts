/**
 * Logs the use of files, locks, HTTP requests and programs. The log has no content, value, code or token,
 * and only the last characters of an access key.
 *
 * @module
 */

import { escapeControls } from "../errors.ts";
import type { Logger } from "../logger.ts";
import { versionText } from "./version_output.ts";
import { endOfKey } from "../engine/decisions.ts";
import { type Fetch, type Files, NetworkError, type Processes, type Runtime } from "../runtime.ts";

/** Returns a copy of `runtime` that logs each use of files, network and programs to `logger`. */
export function observed(runtime: Runtime, logger: Logger): Runtime {
  logger.debug(versionText(runtime.platform).trimEnd());
  const { createFetch, processes, files } = runtime;
  // Inherit the other properties: to read them may be expensive, or fail.
  return Object.create(runtime, {
    files: { value: observedFiles(files, logger) },
    createFetch: {
      value: (options: Parameters<Runtime["createFetch"]>[0]) =>
        observedFetch(createFetch(options), logger),
    },
    processes: { value: observedProcesses(processes, logger) },
  });
}

/** Returns `object` with some methods replaced. The others are called on `object` itself. */
function withMethods<Type extends object>(object: Type, methods: Partial<Type>): Type {
  return new Proxy(object, {
    get(target, name) {
      const value: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof value === "function" && !(name in methods) ? value.bind(target) : value;
    },
  });
}

function observedFiles(files: Files, logger: Logger): Files {
  const log = (action: string, path: string, rest = "") => {
    // Never log the digest of a code: a million guesses would find the code.
    const shown = path.replace(/([\\/]codes[\\/])[0-9a-f]{64}/, "$1…");
    logger.debug(`${action} ${escapeControls(shown)}${rest}`);
  };
  return withMethods(files, {
    read(path, limit) {
      const bytes = files.read(path, limit);
      if (bytes !== undefined) log("Read", path, `: ${bytes.length} bytes`);
      return bytes;
    },
    readRegular(path, limit) {
      const found = files.readRegular(path, limit);
      if (found?.bytes !== undefined) log("Read", path, `: ${found.bytes.length} bytes`);
      return found;
    },
    writePrivately(path, content) {
      files.writePrivately(path, content);
      log("Wrote", path, `: ${content.length} bytes`);
    },
    append(path, text) {
      files.append(path, text);
      log("Added to", path);
    },
    remove(path) {
      const isThere = files.lstat(path) !== undefined;
      files.remove(path);
      if (isThere) log("Removed", path);
    },
    async lock(path, onWait) {
      const since = performance.now();
      const lock = await files.lock(path, onWait);
      log("Locked", path, `, after ${elapsed(since)}`);
      return lock;
    },
  });
}

function observedFetch(send: Fetch, logger: Logger): Fetch {
  return async (request) => {
    const since = performance.now();
    const action = `${await actionOf(request)} at ${new URL(request.url).host}${signedBy(request)}`;
    try {
      const response = await send(request);
      logger.debug(`${action}: HTTP status ${response.status} in ${elapsed(since)}`);
      return response;
    } catch (error) {
      const reason = error instanceof NetworkError ? error.code : "no response";
      logger.debug(`${action}: ${reason} after ${elapsed(since)}`);
      throw error;
    }
  };
}

/** The operations that a request names only by its path. */
const PATHS: Readonly<Record<string, string>> = {
  "/federation/credentials": "GetRoleCredentials",
  "/token": "CreateToken",
};

/** Returns the operation of a request. Other paths are not logged: that of container credentials is secret. */
async function actionOf(request: Request): Promise<string> {
  const action = request.method === "POST"
    ? new URLSearchParams(await request.clone().text()).get("Action")
    : null;
  const name = action ?? request.headers.get("x-amz-target") ??
    PATHS[new URL(request.url).pathname];
  return name !== undefined && /^[\w.]{1,100}$/.test(name) ? name : request.method;
}

function signedBy({ headers }: Request): string {
  const [, id = ""] = /Credential=(\w+)\//.exec(headers.get("authorization") ?? "") ?? [];
  const end = endOfKey(id);
  return end === undefined ? "" : `, signed with the access key ${end}`;
}

function observedProcesses(processes: Processes, logger: Logger): Processes {
  return withMethods(processes, {
    async capture(argv, options) {
      const since = performance.now();
      // Log no arguments: they may be secret.
      const program = escapeControls(argv[0] ?? "");
      try {
        const captured = await processes.capture(argv, options);
        logger.debug(`Ran ${program}: exit code ${captured.code} in ${elapsed(since)}`);
        return captured;
      } catch (error) {
        logger.debug(`Ran ${program}: it failed after ${elapsed(since)}`);
        throw error;
      }
    },
  });
}

function elapsed(since: number): string {
  return `${Math.round(performance.now() - since)} ms`;
}
