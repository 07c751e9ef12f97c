/**
 * The version of wev, without the cost of reading `deno.json`; a test holds the two equal.
 *
 * @module
 */

/** The version, as in `deno.json`. */
export const VERSION = "0.1.0";
