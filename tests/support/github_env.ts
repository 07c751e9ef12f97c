/**
 * Reads the file that GITHUB_ENV names as GitHub's runner does.
 *
 * https://github.com/actions/runner/blob/main/src/Runner.Worker/FileCommandManager.cs
 *
 * @module
 */

/**
 * Returns the variables that `text` sets: `NAME=VALUE` in a line, or `NAME<<END`, the lines of the value
 * and a line with END alone.
 *
 * @throws {Error} where the runner would end the step.
 */
export function githubVariables(text: string): Record<string, string> {
  const variables: Record<string, string> = {};
  const lines = text.split("\n");
  while (lines.length > 0) {
    const line = lines.shift() ?? "";
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      variables[line.slice(0, equals)] = line.slice(equals + 1);
      continue;
    }
    if (heredoc <= 0) throw new Error(`Invalid format '${line}'`);
    const end = lines.indexOf(line.slice(heredoc + 2));
    if (end < 0) throw new Error("Matching delimiter not found");
    variables[line.slice(0, heredoc)] = lines.splice(0, end + 1).slice(0, -1).join("\n");
  }
  return variables;
}
