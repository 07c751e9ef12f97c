import assert from "node:assert/strict";
import { AGENT_VARIABLES, isUnderAgent } from "../../src/cli/agents.ts";

function environment(variables: Readonly<Record<string, string>>) {
  return { get: (name: string) => variables[name] };
}

Deno.test("isUnderAgent() knows an agent by each of the variables, unless it says no", () => {
  assert.equal(isUnderAgent(environment({ TERM_PROGRAM: "vscode", AGENTS: "1" })), false);
  for (const { variable } of AGENT_VARIABLES) {
    for (const value of ["1", "true", "seatbelt", "goose", " "]) {
      assert.equal(isUnderAgent(environment({ [variable]: value })), true, variable);
    }
    for (const value of ["", "0", "false"]) {
      assert.equal(isUnderAgent(environment({ [variable]: value })), false, variable);
    }
  }
});

Deno.test("isUnderAgent() takes a variable that is not UTF-8 as one that is set", () => {
  const get = () => {
    throw new TypeError("not UTF-8");
  };
  assert.equal(isUnderAgent({ get }), true);
});

Deno.test("each variable of an agent is there once, with its source", () => {
  const names = AGENT_VARIABLES.map(({ variable }) => variable);
  assert.deepEqual(names, [...new Set(names)]);
  for (const { variable, agent, source } of AGENT_VARIABLES) {
    assert.match(variable, /^[A-Z_]+$/);
    assert.notEqual(agent, "");
    assert.match(source, /^https:\/\/github\.com\//);
  }
});
