/**
 * When temporary keys expire, as tools write it beside them.
 *
 * @module
 */

import type { Fact } from "./profiles/credential_chain.ts";

/**
 * Returns the instant; `undefined` if it can't be told. ISO 8601, or a date and a time: without a zone it
 * is UTC, as those tools mean it.
 */
export function parseExpiration({ value }: Pick<Fact, "value">): Date | undefined {
  const [, date, time, zone = "Z"] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/.exec(
      value.trim(),
    ) ??
      [];
  if (date === undefined) return undefined;
  const instant = new Date(`${date}T${time}${offsetOf(zone)}`);
  return Number.isNaN(instant.getTime()) ? undefined : instant;
}

function offsetOf(zone: string): string {
  return zone === "UTC" ? "Z" : zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
}
