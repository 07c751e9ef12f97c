/**
 * The time zone of the user: that of `TZ`, else of `/etc/localtime`, as in date(1).
 *
 * @module
 */

import type { LocalTime, ToldTime } from "../runtime.ts";
import { openLibc, toCString } from "./libc.ts";

/** Returns a function that converts an instant to the user's time zone. It loads nothing until called. */
export function localTime(): LocalTime {
  let local: LocalTime | undefined;
  return (instant) => (local ??= openLocalTime())(instant);
}

function openLocalTime(): LocalTime {
  const zone = readZone();
  const libc = openLibc(FUNCTIONS);
  libc?.tzset();
  return (instant) => {
    const told = libc === undefined ? undefined : byLibc(libc, instant);
    // Without data for a zone, as in a container without tzdata, the C library uses UTC.
    if (told === undefined || (told.offset === "+0000" && zone !== undefined)) {
      return byIntl(instant, zone);
    }
    return told;
  };
}

const FUNCTIONS = {
  tzset: { parameters: [], result: "void" },
  localtime_r: { parameters: ["buffer", "buffer"], result: "usize" },
  strftime: { parameters: ["buffer", "usize", "buffer", "buffer"], result: "usize" },
} as const;

type TimeFunctions = NonNullable<ReturnType<typeof openLibc<typeof FUNCTIONS>>>;

/** More than any system's `struct tm`: 56 bytes on Linux and macOS. */
const TM_BYTES = 256;
const TEXT_BYTES = 256;

/**
 * Converts an instant with the C library, which supports every form of `TZ` (`CET-1CEST`,
 * `:/etc/localtime`); JavaScript does not. Returns `undefined` if the instant is out of its range.
 */
function byLibc(
  { localtime_r, strftime }: TimeFunctions,
  instant: Date,
): ToldTime & { readonly offset: string } | undefined {
  const seconds = new BigInt64Array([BigInt(Math.floor(instant.getTime() / 1000))]);
  const tm = new Uint8Array(TM_BYTES);
  if (localtime_r(seconds, tm) === 0n) return undefined;
  const text = new Uint8Array(TEXT_BYTES);
  const format = toCString("%Y-%m-%d %H:%M %S %z %Z");
  const length = Number(strftime(text, BigInt(text.length), format, tm));
  const [date, time, second, offset, ...abbreviation] = new TextDecoder()
    .decode(text.subarray(0, length)).split(" ");
  if (date === undefined || time === undefined || second === undefined || offset === undefined) {
    return undefined;
  }
  return { date, time, seconds: second, offset, zone: zoneText(abbreviation.join(" "), offset) };
}

/** Abbreviations of zones that may have the offset of UTC. */
const NEAR_UTC = /^(?:UTC|UCT|GMT|WET|Z)$/;

/** Returns the abbreviation of a zone if it is valid, else its offset: `+05:45`. */
function zoneText(abbreviation: string, offset: string): string {
  // `TZ=Foo/Bar` is UTC and called "Foo".
  if (offset === "+0000" && !NEAR_UTC.test(abbreviation)) return "UTC";
  if (/^[A-Z]{1,5}$/.test(abbreviation)) return abbreviation;
  return offset.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2");
}

/** Returns the name of the zone in `TZ`, if it is a known name. */
function readZone(): string | undefined {
  try {
    const name = Deno.env.get("TZ")?.replace(/^:?(?:posix\/|right\/)?/, "");
    if (!name || !/^[A-Za-z]/.test(name)) return undefined;
    new Intl.DateTimeFormat("en", { timeZone: name });
    return name;
  } catch {
    // Not UTF-8, or not a name that JavaScript knows.
    return undefined;
  }
}

/** `TZ` may be an unknown zone, and the system may have none. */
function isSystemZoneKnown(): boolean {
  const { timeZone } = new Intl.DateTimeFormat("en").resolvedOptions();
  return Boolean(timeZone) && timeZone !== "Etc/Unknown";
}

/** Locales with abbreviations of time zones. */
const LOCALES = ["en-US", "en-GB", "en-AU", "en-NZ", "en-IN", "en-ZA", "en-CA"];

function byIntl(instant: Date, zone: string | undefined): ToldTime {
  const timeZone = zone ?? (isSystemZoneKnown() ? undefined : "UTC");
  const partsOf = (locale: string, timeZoneName: "short" | "longOffset") => {
    const format = new Intl.DateTimeFormat(`${locale}-u-ca-gregory-nu-latn`, {
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZoneName,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
    const parts = format.formatToParts(instant);
    return Object.fromEntries(parts.map(({ type, value }) => [type, value])) as Record<
      string,
      string
    >;
  };
  const { year, month, day, hour, minute, second = "", timeZoneName = "" } = partsOf(
    "en-US",
    "longOffset",
  );
  const offset = timeZoneName === "GMT" ? "+0000" : timeZoneName.replace(/^GMT|:/g, "");
  const abbreviation = LOCALES.map((locale) => partsOf(locale, "short")["timeZoneName"] ?? "")
    .find((name) => /^[A-Z]{2,5}$/.test(name)) ?? "";
  return {
    date: `${year}-${month}-${day}`,
    time: `${hour}:${minute}`,
    seconds: second,
    zone: zoneText(abbreviation, offset),
  };
}
