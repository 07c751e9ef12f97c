/**
 * The text of `wev --help`.
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

The command starts at the first word without a dash. Options after it belong to
the command.

Options:
${options}

The variables come from .wev.yml, wev.yml, .wev.user.yml and wev.user.yml, in
the home directory and in each directory from the root down to the working
directory. Later files override earlier ones. For example:

  [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
    plugin:
      id: wev-awsmfa
      duration: 43200

Exit status: that of the command; 125 if wev failed before starting the command,
126 if the command can't be executed, 127 if it is not found, 130 after Ctrl-C
at a question; 2 for wrong usage.
`;
}
