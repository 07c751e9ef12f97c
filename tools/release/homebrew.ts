/**
 * The Homebrew formula.
 *
 * @module
 */

import type { Checksums } from "./checksums.ts";
import type { Package } from "./package.ts";
import { executableName, type Target } from "./targets.ts";

/** The processors that Homebrew tells apart, by what it calls them. */
const PROCESSORS = [["on_arm", "aarch64"], ["on_intel", "x86_64"]] as const;
const SYSTEMS = [["on_macos", "apple-darwin"], ["on_linux", "unknown-linux-gnu"]] as const;

/**
 * Returns the formula that installs the executables of `sums`. A system without one is left out.
 *
 * @throws {Error} where there is none at all.
 */
export function homebrewFormula(about: Package, sums: Checksums): string {
  const systems = SYSTEMS.flatMap(([block, system]) => {
    const processors = PROCESSORS.flatMap(([block, processor]) => {
      const name = executableName(`${processor}-${system}` as Target);
      const sum = sums.get(name);
      return sum === undefined ? [] : [
        `    ${block} do
      url "${about.downloads}/${name}"
      sha256 "${sum}"
    end
`,
      ];
    });
    return processors.length === 0 ? [] : [`  ${block} do\n${processors.join("")}  end\n`];
  });
  if (systems.length === 0) throw new Error("There is no executable for Homebrew");
  return `class Wev < Formula
  desc "${about.description}"
  homepage "${about.homepage}"
  version "${about.version}"
  license "${about.licence}"

${systems.join("\n")}
  def install
    bin.install Dir["wev-*"].first => "wev"
    generate_completions_from_executable(bin/"wev", "--completions", shells: [:bash, :zsh, :fish])
  end

  test do
    (testpath/"wev.yml").write "A:\\n  plugin:\\n    id: wev-echo\\n    value: works\\n"
    assert_equal "works\\n", shell_output("#{bin}/wev printenv A")
  end
end
`;
}
