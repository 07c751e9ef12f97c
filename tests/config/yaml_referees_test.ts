import assert from "node:assert/strict";
import type { Node } from "../../src/config/node.ts";
import { parseText } from "./plain.ts";
import { damagedDocument, yamlDocument } from "./yaml_documents.ts";
import { faultOf, referees, type Verdict, verdict } from "./yaml_referees.ts";

type Comparable = string | Comparable[] | Map<string, Comparable>;

function comparable(node: Node): Comparable {
  if (node.kind === "scalar") return node.text;
  if (node.kind === "list") return node.items.map(comparable);
  return new Map([...node.entries].map(([key, { value }]) => [key, comparable(value)]));
}

function say(verdict: Verdict): string {
  return "value" in verdict ? verdict.value : "refused";
}

Deno.test("parseConfig() reads what other parsers read, but for their known faults", async () => {
  const texts = Array.from({ length: 3_000 }, (_, seed) => yamlDocument(seed));
  const verdicts = await Promise.all(referees.map((referee) => referee.judge(texts)));
  const votes = texts.map((text, index) => {
    const own = verdict(() => comparable(parseText(text)));
    return referees.filter((referee, number) => {
      const other = verdicts[number]![index]!;
      if (faultOf(referee, text, other) !== undefined) return false;
      assert.equal(say(own), say(other), `wev and ${referee.name} read ${JSON.stringify(text)}`);
      return true;
    }).length;
  });
  const judged = votes.filter((count) => count > 0).length;
  assert.ok(judged > 2_000, `${judged} documents have a referee that counts`);
});

Deno.test("parseConfig() says of damaged documents what other parsers agree on", async () => {
  const texts = Array.from({ length: 3_000 }, (_, seed) => damagedDocument(seed));
  const verdicts = await Promise.all(referees.map((referee) => referee.judge(texts)));
  let agreed = 0;
  for (const [index, text] of texts.entries()) {
    const own = verdict(() => comparable(parseText(text)));
    // A tag of one's own, which the others take for one that changes nothing.
    if ("refusal" in own && own.refusal.includes("The tag")) continue;
    const [first, ...others] = referees
      .map((referee, number) => ({ referee, other: verdicts[number]![index]! }))
      .filter(({ referee, other }) => faultOf(referee, text, other) === undefined)
      .map(({ other }) => say(other));
    if (others.length === 0 || others.some((other) => other !== first)) continue;
    agreed++;
    assert.equal(say(own), first, `wev and the others read ${JSON.stringify(text)}`);
  }
  assert.ok(agreed > 800, `${agreed} documents are agreed on`);
});
