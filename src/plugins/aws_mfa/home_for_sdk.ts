/**
 * A home directory for the AWS SDK. Without one it fails before it does anything, even if it needs none:
 * HOME is not set, and the system has no entry for the user.
 *
 * @module
 */

import { env } from "node:process";

/** How many pieces of work need it. */
const users = new Set<symbol>();

/** Does `work`, in which HOME is the root directory if there is no `home`: no file of AWS's is there. */
export async function withHome<Result>(
  home: string | undefined,
  work: () => Promise<Result>,
): Promise<Result> {
  if (home !== undefined || (env.HOME !== undefined && users.size === 0)) return await work();
  const user = Symbol();
  users.add(user);
  env.HOME = "/";
  try {
    return await work();
  } finally {
    users.delete(user);
    // The command is to find what its caller left.
    if (users.size === 0) delete env.HOME;
  }
}
