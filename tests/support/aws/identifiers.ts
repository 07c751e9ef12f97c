const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/**
 * Makes an identifier of AWS's form, such as `AKIA…` (long-term key), `ASIA…` (temporary key),
 * `AIDA…` (user) or `AROA…` (role).
 */
export function newId(prefix: "AKIA" | "ASIA" | "AIDA" | "AROA"): string {
  return prefix + random(BASE32, 16);
}

/** Makes a secret access key. */
export function newSecretAccessKey(): string {
  return random(BASE64, 40);
}

/** Makes a session token; as AWS's, it is long and holds `/`, `+` and `=`. */
export function newSessionToken(): string {
  return `IQoJb3JpZ2luX2Vj${random(BASE64, 298)}/+==`;
}

function random(alphabet: string, length: number): string {
  // Both alphabets divide 256, so no character is likelier than another.
  const bytes = crypto.getRandomValues(new Uint8Array(length));
  return Array.from(bytes, (byte) => alphabet[byte % alphabet.length]).join("");
}
