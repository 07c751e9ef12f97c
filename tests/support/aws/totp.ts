import { Secret, TOTP } from "otpauth";

/** Seconds for which a code is shown (RFC 6238's time step). */
export const STEP_SECONDS = 30;

// AWS also takes the code before and the one after, for clocks that are a little off.
const STEPS_AROUND = 1;

/** A device that shows codes: RFC 6238 with SHA-1, 30 seconds and 6 digits, as AWS requires. */
export class Totp {
  /** The shared secret as base32, as an authenticator application takes it. */
  readonly secret: string;
  readonly #key: Secret;

  /** Makes a device of a base32 secret, or of a new random one. */
  constructor(secret?: string) {
    this.#key = secret === undefined ? new Secret({ size: 20 }) : Secret.fromBase32(secret);
    this.secret = this.#key.base32;
  }

  /** Gives the code shown at `time` (milliseconds since 1970). */
  codeAt(time: number): string {
    return TOTP.generate({
      secret: this.#key,
      algorithm: "SHA1",
      digits: 6,
      period: STEP_SECONDS,
      timestamp: time,
    });
  }

  /** Gives the steps, of those AWS looks at, at which the device shows `code`; earliest first. */
  stepsOf(code: string, time: number): number[] {
    const now = stepAt(time);
    const steps: number[] = [];
    for (let step = now - STEPS_AROUND; step <= now + STEPS_AROUND; step++) {
      if (this.codeAt(step * STEP_SECONDS * 1000) === code) steps.push(step);
    }
    return steps;
  }
}

/** Gives the number of the time step at `time` (milliseconds since 1970). */
export function stepAt(time: number): number {
  return TOTP.counter({ period: STEP_SECONDS, timestamp: time });
}
