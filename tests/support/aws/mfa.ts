import type { Credential } from "./credential.ts";
import { accessDenied } from "./errors.ts";
import type { Limits } from "./limits.ts";

/** The parameters by which a call carries a code. */
export const MFA_LIMITS = {
  SerialNumber: { type: "string", min: 9, max: 256, pattern: /[\w+=/:,.@-]*/ },
  TokenCode: { type: "string", min: 6, max: 6, pattern: /[\d]*/ },
} as const satisfies Limits;

/**
 * Takes the code that a call carries.
 *
 * @returns whether there was one
 * @throws {AwsError} `AccessDenied` where the code or the serial number is wrong
 */
export function takeCode(caller: Credential, parameters: ReadonlyMap<string, string>): boolean {
  const serialNumber = parameters.get("SerialNumber");
  const code = parameters.get("TokenCode");
  if (serialNumber === undefined && code === undefined) return false;
  if (serialNumber === undefined || code === undefined) {
    throw accessDenied(
      "MultiFactorAuthentication failed, must provide both MFA serial number and one time pass code.",
    );
  }
  const devices = caller.identity.user?.devices ?? [];
  const device = devices.find((device) => device.serialNumber === serialNumber);
  if (device === undefined || device.kind === "fido") {
    // The two spaces are AWS's.
    throw accessDenied(
      "MultiFactorAuthentication failed, unable to validate MFA code.  " +
        "Please verify your MFA serial number is valid and associated with this user.",
    );
  }
  if (!device.use(code)) {
    throw accessDenied("MultiFactorAuthentication failed with invalid MFA one time pass code.");
  }
  return true;
}
