/**
 * A home directory for the AWS SDK. It fails at once if HOME is unset or empty and the system has no entry
 * for the user, even if it needs no file there.
 *
 * @module
 */

import { env } from "node:process";

/** How many calls of {@linkcode withHome} have set HOME. */
let users = 0;
/** HOME before the first of them. */
let former: string | undefined;

/** Does `work`. If HOME is not set, it is the root directory meanwhile, where AWS's tools have no files. */
export async function withHome<Result>(work: () => Promise<Result>): Promise<Result> {
  if (users === 0 && env.HOME) return await work();
  if (users++ === 0) former = env.HOME;
  env.HOME = "/";
  try {
    return await work();
  } finally {
    // The command must get the caller's HOME.
    if (--users === 0) {
      if (former === undefined) delete env.HOME;
      else env.HOME = former;
    }
  }
}
