import { Totp } from "./totp.ts";

/** How a device makes codes: an application, a hardware token, or (unusable for STS) a FIDO key. */
export type DeviceKind = "virtual" | "hardware" | "fido";

/** What a device is to be. */
export interface DeviceOptions {
  /**
   * How it makes codes.
   *
   * @default {"virtual"}
   */
  readonly kind?: DeviceKind;
  /**
   * The name at the end of a virtual or FIDO device's ARN.
   *
   * @default the user's name
   */
  readonly name?: string;
  /** The whole serial number, instead of one made from `kind` and `name`. */
  readonly serialNumber?: string;
  /** The shared secret as base32, instead of a random one. */
  readonly secret?: string;
  /**
   * Since when the user has it.
   *
   * @default {"2020-01-01T00:00:00Z"}
   */
  readonly enableDate?: string;
}

/** What a {@linkcode MfaDevice} is made of. */
export interface MfaDeviceParts {
  /** What ListMFADevices tells and STS takes. */
  readonly serialNumber: string;
  /** How it makes codes. */
  readonly kind: DeviceKind;
  /** The shared secret as base32; none: a random one. */
  readonly secret: string | undefined;
  /** Since when the user has it. */
  readonly enableDate: string;
  /** The device's time, which is the server's, in milliseconds since 1970. */
  readonly now: () => number;
}

/** A user's MFA device, seen from both ends: what AWS checks and what the phone shows. */
export class MfaDevice {
  /** What ListMFADevices tells and STS takes. */
  readonly serialNumber: string;
  /** How it makes codes. */
  readonly kind: DeviceKind;
  /** Since when the user has it. */
  readonly enableDate: string;
  readonly #totp: Totp;
  readonly #now: () => number;
  #lastUsedStep = -1;

  /** Makes a device that nobody has used. */
  constructor(parts: MfaDeviceParts) {
    this.serialNumber = parts.serialNumber;
    this.kind = parts.kind;
    this.enableDate = parts.enableDate;
    this.#totp = new Totp(parts.secret);
    this.#now = parts.now;
  }

  /** The shared secret as base32. */
  get secret(): string {
    return this.#totp.secret;
  }

  /** Gives the code that the device shows now, or `seconds` from now. */
  code(seconds = 0): string {
    return this.#totp.codeAt(this.#now() + seconds * 1000);
  }

  /** Gives a code that is wrong now, whatever the device shows in the steps around. */
  wrongCode(): string {
    const time = this.#now();
    for (let number = 0;; number++) {
      const code = String(number).padStart(6, "0");
      if (this.#totp.stepsOf(code, time).length === 0) return code;
    }
  }

  /**
   * Takes a code, once: neither it nor one of an earlier step is taken again.
   *
   * @returns whether the code was right
   */
  use(code: string): boolean {
    // A FIDO key answers a challenge in a browser; STS has no way to ask it anything.
    if (this.kind === "fido") return false;
    const step = this.#totp.stepsOf(code, this.#now()).find((step) => step > this.#lastUsedStep);
    if (step === undefined) return false;
    this.#lastUsedStep = step;
    return true;
  }
}
