/**
 * A session as a picture that shows one line after the other.
 *
 * @module
 */

const LINE_HEIGHT = 20;
const CHARACTER_WIDTH = 8.4;
const MARGIN = 16;
/** Seconds between a command and the one before, and between two lines of output. */
const COMMAND_PAUSE = 1.6;
const OUTPUT_PAUSE = 0.15;
/** Seconds that the whole session stays. */
const LAST_PAUSE = 5;

/** Returns `lines` as an SVG. What begins with `$ ` was typed. */
export function recordingSvg(lines: readonly string[]): string {
  let time = 0;
  const starts = lines.map((line, index) => {
    if (index > 0) time += line.startsWith("$ ") ? COMMAND_PAUSE : OUTPUT_PAUSE;
    return time;
  });
  const duration = time + LAST_PAUSE;
  const width = Math.ceil(
    Math.max(...lines.map(({ length }) => length)) * CHARACTER_WIDTH + 2 * MARGIN,
  );
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const texts = lines.map((line, index) => {
    const y = MARGIN + (index + 0.75) * LINE_HEIGHT;
    const kind = line.startsWith("$ ") ? ' class="command"' : "";
    const share = (starts[index]! / duration).toFixed(4);
    const appearance = index === 0
      ? ""
      : `<animate attributeName="opacity" dur="${duration.toFixed(2)}s" repeatCount="indefinite" ` +
        `calcMode="discrete" values="0;1" keyTimes="0;${share}"/>`;
    return `<text${kind} x="${MARGIN}" y="${y}">${escapeXml(line)}${appearance}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="wev asks once for a code, and lists the buckets">
<style>
text { font: 14px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #c9d1d9; white-space: pre }
.command { fill: #ffffff; font-weight: bold }
</style>
<rect width="100%" height="100%" rx="8" fill="#161b22"/>
${texts.join("\n")}
</svg>
`;
}

/** Returns the lines that an SVG of {@linkcode recordingSvg} shows. */
export function linesOfSvg(svg: string): readonly string[] {
  return [...svg.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => unescapeXml(text ?? ""));
}

function escapeXml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function unescapeXml(text: string): string {
  return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}
