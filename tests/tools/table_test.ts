import { strictEqual } from "node:assert/strict";
import { tableOf } from "../../tools/bench/table.ts";

Deno.test("tableOf() puts each measurement beside the first", () => {
  const measurements = [
    { name: "nothing", milliseconds: 20, memory: 30e6 },
    { name: "something", milliseconds: 25.04, memory: undefined },
  ];
  strictEqual(
    tableOf("Title", measurements),
    "Title          median       ratio peak memory\n" +
      "nothing       20.0 ms        1.00       30 MB\n" +
      "something     25.0 ms        1.25\n",
  );
});
