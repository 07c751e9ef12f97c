/**
 * The help.
 *
 * @module
 */

import { OPTIONS, USAGE } from "./options.ts";

/** Returns the text of `wev --help`. */
export function helpText(): string {
  const rows = OPTIONS.map(({ name, short, value, summary }) => ({
    left: `${short === undefined ? "" : `${short}, `}${name}${
      value === undefined ? "" : ` ${value}`
    }`,
    summary,
  }));
  const width = Math.max(...rows.map(({ left }) => left.length));
  const options = rows.map(({ left, summary }) => `  ${left.padEnd(width)}  ${summary}`).join("\n");
  return `wev runs a command with environment variables.

Usage: ${USAGE}

Everything from the first word without a dash on is the command: its options are
its own.

Options:
${options}

The variables come from .wev.yml, wev.yml, .wev.user.yml and wev.user.yml, in
the home directory and in each directory from the root down to the working
directory; later ones are stronger. For example:

  [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
    plugin:
      id: wev-awsmfa
      duration: 43200

Exit status: the command's own; 125 if wev could not prepare the run, 126 if the
command can't be executed, 127 if it is not found, 130 after Ctrl-C at a
question; 2 for wrong usage.
`;
}
