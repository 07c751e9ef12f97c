import { deepStrictEqual, ok, rejects } from "node:assert/strict";
import { measure } from "../../tools/bench/measure.ts";
import { denoDirectory } from "../support/program.ts";

const place = { cwd: ".", env: { DENO_DIR: denoDirectory() } };
const program = (code: string) => [Deno.execPath(), "eval", code];

Deno.test("measure() runs each contender and gives its time", async () => {
  const measured = await measure([
    { name: "short", argv: program(""), ...place },
    { name: "long", argv: program("await new Promise((done) => setTimeout(done, 300))"), ...place },
  ], 1);
  deepStrictEqual(measured.map(({ name }) => name), ["short", "long"]);
  const [short, long] = measured.map(({ milliseconds }) => milliseconds);
  ok(short !== undefined && long !== undefined && long > Math.max(short, 300));
});

Deno.test("measure() throws where a contender fails, with what it said", async () => {
  const argv = program("throw new Error('broken')");
  await rejects(measure([{ name: "bad", argv, ...place }], 1), /bad fails: [^]*broken/);
});
