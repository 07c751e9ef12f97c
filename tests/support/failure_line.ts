/**
 * The line that tells programs of a failure, as the schema in the manual has it.
 *
 * @module
 */

import assert from "node:assert/strict";
import { Ajv } from "ajv";

/** A failure, as programs read it. */
export interface Failure {
  /** The version of the line. */
  readonly wev: 1;
  /** What the line is about. */
  readonly status: "error";
  /** What kind of thing failed. */
  readonly kind: string;
  /** What people see. */
  readonly message: string;
  /** What people can do. */
  readonly hint?: string;
  /** Where, in a file. */
  readonly location?: { readonly file: string; readonly line: number; readonly column: number };
  /** What a person would have to give. */
  readonly inputs?: readonly Record<string, unknown>[];
  /** What would help. */
  readonly next?: readonly string[];
}

/** The JSON Schema in the manual. */
export const failureSchema = schemaOf(
  Deno.readTextFileSync(new URL("../../docs/failures.md", import.meta.url)),
);
const validate = new Ajv().compile<Failure>(failureSchema);

function schemaOf(manual: string): {
  readonly properties: Readonly<Record<string, { readonly enum?: readonly string[] }>>;
} {
  const [, schema] = /^```json\n(\{\n {2}"\$schema".*?)^```$/ms.exec(manual)!;
  return JSON.parse(schema!);
}

/** How a line of a failure begins. */
const START = '{"wev":';

/** Returns the failure that `line` tells of, checked against the schema. */
export function readFailure(line: string): Failure {
  // Nothing that a terminal or a reader of lines could take for anything else.
  assert.doesNotMatch(line, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  const failure: unknown = JSON.parse(line);
  assert.ok(validate(failure), `${line}\n${JSON.stringify(validate.errors)}`);
  const known = Object.keys(failureSchema.properties);
  assert.deepEqual(Object.keys(failure).filter((name) => !known.includes(name)), []);
  return failure;
}

/** Takes the line of a failure, if it is the last one, off what wev wrote on standard error. */
export function splitFailure(
  stderr: string,
): { readonly text: string; readonly failure: Failure | undefined } {
  const start = stderr.lastIndexOf(START);
  if (start < 0 || (start > 0 && stderr[start - 1] !== "\n")) {
    return { text: stderr, failure: undefined };
  }
  const line = stderr.slice(start);
  assert.match(line, /^[^\n]+\n$/, "the line of a failure is not the last one");
  return { text: stderr.slice(0, start), failure: readFailure(line.slice(0, -1)) };
}
