/**
 * Detects coding agents by the environment of their commands.
 *
 * @module
 */

import type { Environment } from "../runtime.ts";

/** A variable that shows that an agent runs the command. */
interface AgentVariable {
  /** The name of the variable. */
  readonly variable: string;
  /** The agent that sets it. */
  readonly agent: string;
  /** The page that documents it. */
  readonly source: string;
}

/**
 * The variables that agents set in their commands only. These are not among them: `CURSOR_TRACE_ID` is
 * set in all terminals of Cursor (https://github.com/web-infra-dev/rstest/pull/994), users set `AIDER_…`
 * and other `COPILOT_…` variables, and Copilot's CLI does not set `COPILOT_CLI`
 * (https://github.com/rjmurillo/ai-agents/issues/5369).
 */
export const AGENT_VARIABLES: readonly AgentVariable[] = [
  {
    variable: "AI_AGENT",
    agent: "any; GitHub Copilot in VS Code",
    source: "https://github.com/microsoft/vscode/pull/320129",
  },
  {
    variable: "AGENT",
    agent: "any; Amp, goose, OpenCode",
    source: "https://github.com/agentsmd/agents.md/issues/136",
  },
  {
    variable: "CLAUDECODE",
    agent: "Claude Code",
    source: "https://github.com/anthropics/claude-code/issues/531",
  },
  {
    variable: "CURSOR_AGENT",
    agent: "Cursor",
    source: "https://github.com/web-infra-dev/rstest/pull/994",
  },
  {
    variable: "GEMINI_CLI",
    agent: "Gemini CLI",
    source: "https://github.com/google-gemini/gemini-cli/blob/main/docs/tools/shell.md",
  },
  {
    variable: "CODEX_SANDBOX",
    agent: "Codex",
    source: "https://github.com/openai/codex/blob/main/codex-rs/core/src/spawn.rs",
  },
  {
    variable: "CODEX_SANDBOX_NETWORK_DISABLED",
    agent: "Codex",
    source: "https://github.com/openai/codex/blob/main/codex-rs/core/src/spawn.rs",
  },
  {
    variable: "CODEX_CI",
    agent: "Codex",
    source: "https://github.com/openai/codex/pull/9366",
  },
  {
    variable: "CODEX_THREAD_ID",
    agent: "Codex",
    source: "https://github.com/openai/codex/pull/10096",
  },
  {
    variable: "COPILOT_AGENT",
    agent: "GitHub Copilot in VS Code",
    source: "https://github.com/microsoft/vscode/pull/316267",
  },
  {
    variable: "CLINE_ACTIVE",
    agent: "Cline",
    source: "https://github.com/cline/cline/pull/5367",
  },
  {
    variable: "OPENCODE",
    agent: "OpenCode",
    source: "https://github.com/anomalyco/opencode/issues/1775",
  },
  {
    variable: "GOOSE_TERMINAL",
    agent: "goose",
    source: "https://github.com/aaif-goose/goose/pull/7017",
  },
  {
    variable: "AMP_CURRENT_THREAD_ID",
    agent: "Amp",
    source: "https://github.com/microsoft/vscode/issues/311734",
  },
  {
    variable: "AUGMENT_AGENT",
    agent: "Augment",
    source: "https://github.com/microsoft/vscode/issues/311734",
  },
  {
    variable: "ANTIGRAVITY_AGENT",
    agent: "Antigravity",
    source: "https://github.com/firebase/firebase-tools/pull/10457",
  },
  {
    variable: "QWEN_CODE",
    agent: "Qwen Code",
    source:
      "https://github.com/QwenLM/qwen-code/blob/main/packages/core/src/services/shellExecutionService.ts",
  },
];

/** Returns whether a coding agent runs this command. */
export function isUnderAgent({ get }: Environment): boolean {
  return AGENT_VARIABLES.some(({ variable }) => {
    try {
      return !["", "0", "false"].includes(get(variable) ?? "");
    } catch {
      // Its value is not UTF-8.
      return true;
    }
  });
}
