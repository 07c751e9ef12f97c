/**
 * The protocol of pinentry programs: Assuan, a request and its responses in lines of text.
 *
 * https://www.gnupg.org/documentation/manuals/assuan/ and
 * https://git.gnupg.org/cgi-bin/gitweb.cgi?p=pinentry.git (doc/pinentry.texi)
 *
 * @module
 */

import type { Dialog } from "../runtime.ts";

/** What a pinentry shows. */
export interface PinentryQuestion {
  /** The title of the window. */
  readonly title: string;
  /** The text, with newlines. */
  readonly description: string;
  /** The words before the field. */
  readonly prompt: string;
  /** What is wrong with the last answer, if there was one. */
  readonly error: string | undefined;
}

/** A pinentry has failed; the message completes `pinentry …`. */
export class PinentryError extends Error {
  override readonly name: string = "PinentryError";
}

/** Bytes of a line without its end, of which Assuan allows 1000 with it. */
const MAX_LINE = 998;

/**
 * Asks `question` and returns the answer; `undefined` if the user cancelled. `options` are set first,
 * as gpg-agent does it; a pinentry may not know some.
 *
 * @throws {PinentryError} if the program does not speak the protocol, or can't ask.
 */
export async function askPinentry(
  dialog: Dialog,
  { title, description, prompt, error }: PinentryQuestion,
  options: Readonly<Record<string, string | undefined>>,
): Promise<string | undefined> {
  expectOk(await responseOf(dialog));
  // The user may take longer than the minute that is the default.
  const settings = [requestOf("OPTION", "no-grab"), requestOf("SETTIMEOUT", "0")];
  for (const [name, value] of Object.entries(options)) {
    if (value) settings.push(requestOf("OPTION", `${name}=${value}`));
  }
  for (const request of settings) await responseTo(dialog, request);
  const texts = { SETTITLE: title, SETDESC: description, SETPROMPT: prompt, SETERROR: error };
  for (const [command, text] of Object.entries(texts)) {
    if (text !== undefined) expectOk(await responseTo(dialog, requestOf(command, text)));
  }
  const answer = await responseTo(dialog, "GETPIN");
  await sayGoodbye(dialog);
  if (answer.failure !== undefined && CANCELLED.includes(answer.failure.code)) return undefined;
  expectOk(answer);
  return answer.data;
}

/** Milliseconds that a pinentry may take to end by itself. */
const PATIENCE_MS = 1_000;

async function sayGoodbye(dialog: Dialog): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, PATIENCE_MS);
  // The answer is there, whatever becomes of the program.
  const gone = responseTo(dialog, "BYE").then(() => {}, () => {});
  await Promise.race([gone, promise]).finally(() => clearTimeout(timer));
}

/** Codes of libgpg-error, without their source: cancelled, not confirmed, fully cancelled. */
const CANCELLED: readonly number[] = [99, 114, 198];
/** The bits of a code that tell which part of GnuPG it is from. */
const SOURCE = 0xffff;

/** What a pinentry responds. */
interface Response {
  /** The data, unescaped. */
  readonly data: string;
  /** Why the request failed, if it did. */
  readonly failure?: { readonly code: number; readonly text: string };
}

async function responseTo(dialog: Dialog, request: string): Promise<Response> {
  await dialog.send(request);
  return await responseOf(dialog);
}

async function responseOf(dialog: Dialog): Promise<Response> {
  let data = "";
  for (let line = await dialog.readLine(); line !== undefined; line = await dialog.readLine()) {
    const [, keyword, rest = ""] = /^([A-Z]+)(?: (.*?))?\r?$/s.exec(line) ?? [];
    switch (keyword) {
      case "OK":
        return { data: unescape(data) };
      case "ERR": {
        const [, code = "", text = ""] = /^(\d+)\s*(.*)$/s.exec(rest) ?? [];
        return { data: "", failure: { code: Number(code) & SOURCE, text } };
      }
      case "D":
        data += rest;
        break;
      case "INQUIRE":
        // It asks what only gpg-agent could tell.
        await dialog.send("END");
        break;
      case "S":
        break;
      default:
        // A secret could be in it, so it is not quoted.
        if (!line.startsWith("#")) throw new PinentryError("does not speak the pinentry protocol");
    }
  }
  throw new PinentryError("ended without an answer");
}

function expectOk({ failure }: Response): void {
  if (failure === undefined) return;
  // `No such file or directory <Pinentry>`
  throw new PinentryError(`failed: ${failure.text.replace(/ <[^>]*>$/, "") || "no reason given"}`);
}

/** Returns the line that sends `text` with a command: shortened, if the protocol does not allow it. */
export function requestOf(command: string, text: string): string {
  const characters = [...text];
  const room = MAX_LINE - command.length - 1;
  const isTooLong = () => sizeOf(escape(characters.join(""))) > room;
  if (isTooLong()) {
    do characters.pop(); while (sizeOf(escape(characters.join("") + "…")) > room);
    characters.push("…");
  }
  return `${command} ${escape(characters.join(""))}`;
}

function sizeOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Escapes `%` and control characters; a line end would begin another request. */
function escape(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[%\x00-\x1f\x7f]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}

/** Returns the text of `data`, in which any byte of its UTF-8 may be escaped. */
export function unescape(data: string): string {
  const bytes: number[] = [];
  for (const part of data.match(/%[0-9A-Fa-f]{2}|[^%]+|%/g) ?? []) {
    if (part.length === 3 && part.startsWith("%")) bytes.push(parseInt(part.slice(1), 16));
    else bytes.push(...new TextEncoder().encode(part));
  }
  return new TextDecoder().decode(new Uint8Array(bytes));
}
