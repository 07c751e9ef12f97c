/**
 * A home directory for the AWS SDK. Without one it fails before it does anything, even if it needs none:
 * HOME is not set or empty, and the system has no entry for the user.
 *
 * @module
 */

import { env } from "node:process";

/** How many pieces of work need it. */
let users = 0;
/** What HOME was before the first of them. */
let former: string | undefined;

/** Does `work`, in which HOME is the root directory if there is no `home`: no file of AWS's is there. */
export async function withHome<Result>(
  home: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (home !== undefined || (users === 0 && env.HOME)) return await work();
  if (users++ === 0) former = env.HOME;
  env.HOME = "/";
  try {
    return await work();
  } finally {
    // The command is to find what its caller left.
    if (--users === 0) {
      if (former === undefined) delete env.HOME;
      else env.HOME = former;
    }
  }
}
