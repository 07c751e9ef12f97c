/**
 * Completions for PowerShell 5.1 or newer.
 *
 * @module
 */

import type { OptionSpec } from "../options.ts";

/** Returns the script for PowerShell. */
export function powershellCompletions(options: readonly OptionSpec[]): string {
  const entries = options.flatMap(({ name, short, summary }) =>
    [name, ...short === undefined ? [] : [short]].map((word) =>
      `        ${quote(word)} = ${quote(summary)}`
    )
  );
  const valued = options.filter(({ value }) => value !== undefined).map(({ name, choices = [] }) =>
    `        ${quote(name)} = @(${choices.map(quote).join(", ")})`
  );
  return `# PowerShell completions of wev. In $PROFILE: wev --completions powershell | Out-String | Invoke-Expression

Register-ArgumentCompleter -Native -CommandName wev, wev.exe -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $options = [ordered]@{
${entries.join("\n")}
    }
    $values = @{
${valued.join("\n")}
    }
    $before = @($commandAst.CommandElements | Select-Object -Skip 1 |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition })
    # Find the start of the command.
    $at = 0
    while ($at -lt $before.Count) {
        $word = $before[$at].Extent.Text
        if ($word -eq '--') { $at++; break }
        if (-not $word.StartsWith('-')) { break }
        $at++
        if ($values.ContainsKey($word)) {
            if ($at -ge $before.Count) {
                $values[$word] | Where-Object { $_ -like "$wordToComplete*" }
                return
            }
            $at++
        }
    }
    if ($at -lt $before.Count) {
        # Complete the command as if wev were not there.
        $start = $before[$at].Extent.StartOffset
        $line = $commandAst.Extent.Text.Substring($start - $commandAst.Extent.StartOffset)
        (TabExpansion2 $line.PadRight($cursorPosition - $start) ($cursorPosition - $start)).CompletionMatches
    } elseif ($wordToComplete.StartsWith('-')) {
        $options.Keys | Where-Object { $_ -like "$wordToComplete*" } | ForEach-Object {
            [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterName', $options[$_])
        }
    } else {
        Get-Command -Name "$wordToComplete*" -CommandType Application, Cmdlet, Function, Alias |
            Select-Object -ExpandProperty Name -Unique
    }
}
`;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
