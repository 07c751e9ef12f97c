import { deepStrictEqual, rejects, strictEqual, throws } from "node:assert/strict";
import { checkedRuntime, publishedDigest } from "../../tools/release/runtimes.ts";
import { Sandbox } from "../support/program.ts";

/** https://www.di-mgt.com.au/sha_testvectors.html: "abc". */
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("publishedDigest() reads what sha256sum and Get-FileHash write", () => {
  strictEqual(publishedDigest(`${ABC}  denort-x86_64-unknown-linux-gnu.zip\n`), ABC);
  const table =
    `\r\nAlgorithm : SHA256\r\nHash      : ${ABC.toUpperCase()}\r\nPath      : D:\\a.zip\r\n`;
  strictEqual(publishedDigest(table), ABC);
});

Deno.test("publishedDigest() refuses what is no digest, or more than one", () => {
  for (const text of ["Not Found", ABC.slice(1), `${ABC}0`, `${ABC}\n${ABC}`]) {
    throws(() => publishedDigest(text), /^Error: No digest: /);
  }
});

Deno.test("checkedRuntime() takes the published runtime, and no other", async () => {
  using sandbox = new Sandbox();
  const target = "x86_64-unknown-linux-gnu";
  const name = `denort-${target}.zip`;
  const urls: string[] = [];
  const check = (digest: string) =>
    checkedRuntime(target, {
      version: "2.9.6",
      denoDirectory: `${sandbox.root}/deno`,
      fetchText: (url) => {
        urls.push(url);
        return Promise.resolve(`${digest}  ${name}\n`);
      },
    });
  await rejects(check(ABC), Deno.errors.NotFound);
  sandbox.write(`deno/dl/release/v2.9.6/${name}`, "abc");
  deepStrictEqual(await check(ABC), new Map([[name, ABC]]));
  strictEqual(
    urls.at(-1),
    `https://github.com/denoland/deno/releases/download/v2.9.6/${name}.sha256sum`,
  );
  const other = ABC.replace("b", "c");
  await rejects(check(other), {
    message: `The SHA-256 of ${name} is ${ABC}, but Deno 2.9.6 has ${other}`,
  });
});
