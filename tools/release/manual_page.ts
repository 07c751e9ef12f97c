/**
 * The manual page wev(1), made from what the help is made from.
 *
 * https://man7.org/linux/man-pages/man7/groff_man.7.html
 *
 * @module
 */

import type { OptionSpec } from "../../src/cli/options.ts";
import { CONFIG_FILE_NAMES } from "../../src/paths.ts";
import { ExitStatus } from "../../src/errors.ts";
import type { Plugin } from "../../src/plugin/mod.ts";
import { describeOption } from "../../src/plugin/option_text.ts";

/** What the manual page is made of. */
export interface ManualPageOptions {
  /** wev's version. */
  readonly version: string;
  /** wev's options. */
  readonly options: readonly OptionSpec[];
  /** The plugins. */
  readonly plugins: readonly Plugin[];
}

/** What each exit status means. */
const EXIT_MEANINGS: Readonly<Record<keyof typeof ExitStatus, string>> = {
  ok: "It worked, and no command was to run.",
  failure: "It did not work, and no command was to run.",
  usage: "The command line is invalid.",
  cannotPrepare: "wev failed before starting the command.",
  notExecutable: "The command can't be executed.",
  notFound: "The command was not found.",
  interrupted: "Ctrl-C at a question.",
};

/** Returns the page in roff. */
export function manualPage({ version, options, plugins }: ManualPageOptions): string {
  const optionRows = options.map(({ name, short, value, summary }) =>
    tagged(
      `${short === undefined ? "" : `${bold(short)}, `}${bold(name)}${
        value === undefined ? "" : ` ${italic(value)}`
      }`,
      summary,
    )
  );
  const pluginParts = plugins.map(({ manifest: { id, options } }) =>
    `.SS ${escape(id)}\n${
      Object.entries(options).map(([name, spec]) => tagged(bold(name), describeOption(spec)))
        .join("")
    }`
  );
  const statusRows = Object.entries(EXIT_MEANINGS).map(([name, meaning]) =>
    tagged(bold(String(ExitStatus[name as keyof typeof ExitStatus])), meaning)
  );
  return `.TH WEV 1 "" "wev ${escape(version)}" "User Commands"
.SH NAME
wev \\- run a command with environment variables that plugins resolve on demand
.SH SYNOPSIS
.B wev
.RI [ OPTIONS ]
.I COMMAND
.RI [ ARG ...]
.SH DESCRIPTION
The command starts at the first word without a dash.
Options after it belong to the command.
The variables come from configuration files.
Resolved values are cached until they expire, so wev asks only once.
.PP
wev writes its messages to standard error and asks questions on the terminal.
Standard output belongs to the command.
.SH OPTIONS
${optionRows.join("")}.SH CONFIGURATION
wev reads ${CONFIG_FILE_NAMES.map((name) => italic(name)).join(", ")}, in the home directory and in
each directory from the root down to the working directory.
Later files override earlier ones.
A file maps names of variables to plugins:
.PP
.nf
.RS
[AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN]:
  plugin:
    id: wev\\-awsmfa
    duration: 43200
.RE
.fi
.SH PLUGINS
The options of each plugin.
${pluginParts.join("")}.SH EXIT STATUS
That of the command, if it ran; 128 + N if signal N ended it while it was a child process of wev.
${statusRows.join("")}.SH FILES
${
    tagged(
      italic("$XDG_CACHE_HOME/wev"),
      "What is cached, else in ~/.cache/wev; on Windows in %LOCALAPPDATA%\\wev\\cache.",
    )
  }.SH ENVIRONMENT
${tagged(bold("WEV_SPAWN"), "1: run the command as a child process instead of becoming it.")}${
    tagged(
      bold("WEV_TRUSTED_DIRECTORIES"),
      "Directories, separated as in PATH, in which configuration files of any owner are read.",
    )
  }${tagged(bold("WEV_REQUIRE"), "1: fail with exit status 125 if no variable is configured.")}${
    tagged(bold("WEV_AWSMFA_TOKEN"), "A code, for one run, as with --token. No command gets it.")
  }${tagged(bold("WEV_WAIT"), "Seconds that a run without a terminal waits, as with --wait.")}${
    tagged(bold("WEV_ASKPASS"), "A program that asks for the code if there is no terminal.")
  }${
    tagged(
      bold("WEV_ASKPASS_REQUIRE"),
      "prefer: ask at the terminal and by the program; force: by the program only; never: at the " +
        "terminal only.",
    )
  }${tagged(bold("WEV_BELL"), "1: ring the bell with each question.")}${
    tagged(bold("WEV_KEYRING"), "auto: encrypt cached values with a key in the keyring.")
  }${tagged(bold("NO_COLOR, FORCE_COLOR"), "No colours, or colours without a terminal.")}`;
}

/** Returns `text`, with the names in backquotes in bold, under `tag`. */
function tagged(tag: string, text: string): string {
  const parts = text.split("`").map((part, at) => at % 2 === 0 ? escape(part) : bold(part));
  return `.TP\n${tag}\n${parts.join("")}\n`;
}

function bold(text: string): string {
  return `\\fB${escape(text)}\\fR`;
}

function italic(text: string): string {
  return `\\fI${escape(text)}\\fR`;
}

/** Returns `text` as roff shows it: a dash is a hyphen to it, and a dot at the start a request. */
function escape(text: string): string {
  return text.replaceAll("\\", "\\e").replaceAll("-", "\\-").replaceAll("~", "\\(ti")
    .replaceAll("'", "\\(aq").replaceAll("^", "\\(ha").replaceAll("`", "\\(ga")
    .replace(/^[.']/, "\\&$&");
}
