import { deepStrictEqual, strictEqual, throws } from "node:assert/strict";
import { checksumsOf, formatChecksums, parseChecksums } from "../../tools/release/checksums.ts";
import { Sandbox } from "../support/program.ts";

/** https://www.di-mgt.com.au/sha_testvectors.html: "abc". */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("checksumsOf() returns SHA-256 in hexadecimal", async () => {
  using box = new Sandbox();
  box.write("release/one", "abc");
  deepStrictEqual(await checksumsOf(`${box.root}/release`, ["one"]), new Map([["one", ABC]]));
});

Deno.test("formatChecksums() writes what parseChecksums() reads", () => {
  const sums = new Map([["one", ABC], ["two.exe", ABC.replace("b", "a")]]);
  strictEqual(formatChecksums(new Map([["one", ABC]])), `${ABC}  one\n`);
  deepStrictEqual(new Map(parseChecksums(formatChecksums(sums))), sums);
});

Deno.test("parseChecksums() refuses a line that is none of sha256sum's", () => {
  throws(() => parseChecksums("404 Not Found\n"), /^Error: No checksum: 404 Not Found$/);
});
