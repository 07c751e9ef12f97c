import assert from "node:assert/strict";
import { createLogger, LOG_LEVELS, type LogLevel } from "../src/logger.ts";

function said(level: LogLevel, color: boolean): string {
  let text = "";
  const output = { isTerminal: () => false, write: (more: string) => void (text += more) };
  const logger = createLogger(output, { level, color });
  logger.debug("how");
  logger.info("what");
  logger.warning("careful");
  logger.error("no", "do this\nor that");
  return text;
}

Deno.test("createLogger() writes the messages of its level and above, with the name of the level", () => {
  const all = "wev: debug: how\nwev: what\nwev: warning: careful\n" +
    "wev: error: no\n  do this\n  or that\n";
  const lines = all.split(/^(?=wev)/m);
  for (const [index, level] of LOG_LEVELS.entries()) {
    assert.equal(said(level, false), lines.slice(index).join(""));
  }
});

Deno.test("createLogger() colours only the label", () => {
  assert.ok(said("error", true).startsWith("\x1b[31mwev: error:\x1b[0m no\n  do this\n"));
});

Deno.test("createLogger() escapes control characters, except for line feeds", () => {
  let text = "";
  const output = { isTerminal: () => true, write: (more: string) => void (text += more) };
  createLogger(output, { level: "info", color: false }).info("a\x1b[2J\rb\nc\x9b\u2028");
  assert.equal(text, "wev: a\\x1b[2J\\x0db\n  c\\x9b\\u2028\n");
});
