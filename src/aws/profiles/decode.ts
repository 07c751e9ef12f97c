/**
 * From the bytes of a file of AWS's tools to its text.
 *
 * @module
 */

import { ConfigError } from "../../errors.ts";

/** Windows' editors begin a file in UTF-8 with this mark. */
const BYTE_ORDER_MARK = "\ufeff";

/**
 * Returns the text of a file that must be in UTF-8. A byte order mark is dropped.
 *
 * @throws {ConfigError} where it is in another encoding.
 */
export function decodeShared(bytes: Uint8Array, file: string): string {
  const hint = "Save the file in the encoding UTF-8.";
  if (isUtf16(bytes)) {
    const location = { file, line: 1, column: 1 };
    throw new ConfigError(location, "the file is in the encoding UTF-16, not UTF-8", { hint });
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const lines = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).split(/\r\n|\r|\n/);
    // What can't be decoded became this character.
    const line = lines.findIndex((text) => text.includes("\ufffd"));
    const text = lines[line]!;
    const mark = line === 0 && text.startsWith(BYTE_ORDER_MARK) ? 1 : 0;
    const column = text.indexOf("\ufffd") + 1 - mark;
    const location = { file, line: line + 1, column };
    throw new ConfigError(location, "there is a character here that is not in the encoding UTF-8", {
      hint,
    });
  }
}

/** By its mark, or by the zeros beside the first characters, which are ASCII. */
function isUtf16([first, second, third, fourth]: Uint8Array): boolean {
  return (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff) ||
    (first === 0 && third === 0) || (second === 0 && fourth === 0);
}
