import { AwsError, validationError } from "./errors.ts";

/** What a service model says of one parameter. */
export interface Limit {
  /** Whether the limits are of its length or its value. */
  readonly type: "string" | "integer";
  /**
   * Whether a call must have it.
   *
   * @default {false}
   */
  readonly required?: boolean;
  /** The shortest text, or the least number. */
  readonly min?: number;
  /** The longest text, or the greatest number. */
  readonly max?: number;
  /** What the whole text has to match. */
  readonly pattern?: RegExp;
}

/** What a service model says of an action's parameters, by name. */
export type Limits = Readonly<Record<string, Limit>>;

/** What it says of the session of a role. */
export const ROLE_SESSION_LIMITS: Limits = {
  RoleSessionName: { type: "string", required: true, min: 2, max: 64, pattern: /[\w+=,.@-]*/ },
  DurationSeconds: { type: "integer", min: 900, max: 43200 },
};

/**
 * Checks an action's parameters as AWS does before it looks at what they mean.
 *
 * @throws {AwsError} `ValidationError` with all that is wrong, in AWS's words
 */
export function checkLimits(parameters: ReadonlyMap<string, string>, limits: Limits): void {
  for (const name of parameters.keys()) {
    if (name === "Action" || name === "Version" || Object.hasOwn(limits, name)) continue;
    // AWS knows more parameters than this server; to ignore one would make a test pass wrongly.
    throw new AwsError("NotImplemented", `The local AWS does not know ${name}`, { status: 501 });
  }
  const broken = Object.entries(limits).flatMap(([name, limit]) => {
    const value = parameters.get(name);
    return violations(value, limit).map((constraint) =>
      `Value ${value === undefined ? "null" : `'${value}'`} at '${memberName(name)}' ` +
      `failed to satisfy constraint: ${constraint}`
    );
  });
  if (broken.length === 0) return;
  const count = broken.length === 1 ? "1 validation error" : `${broken.length} validation errors`;
  throw validationError(`${count} detected: ${broken.join("; ")}`);
}

function violations(value: string | undefined, limit: Limit): string[] {
  const { type, required = false, min, max, pattern } = limit;
  if (value === undefined) return required ? ["Member must not be null"] : [];
  const number = type === "string" ? value.length : integer(value);
  const what = type === "string" ? "length" : "value";
  const found: string[] = [];
  if (min !== undefined && number < min) {
    found.push(`Member must have ${what} greater than or equal to ${min}`);
  }
  if (max !== undefined && number > max) {
    found.push(`Member must have ${what} less than or equal to ${max}`);
  }
  if (pattern !== undefined && !new RegExp(`^(?:${pattern.source})$`, "u").test(value)) {
    found.push(`Member must satisfy regular expression pattern: ${pattern.source}`);
  }
  return found;
}

function integer(value: string): number {
  if (!/^-?\d{1,10}$/.test(value)) {
    throw new AwsError("MalformedInput", `Invalid value for integer: ${value}`);
  }
  return Number(value);
}

function memberName(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
