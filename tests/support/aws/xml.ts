/** The content of an XML element: text, or elements by name; a list repeats its element. */
export type XmlContent = string | { readonly [name: string]: XmlContent | readonly XmlContent[] };

/** The attributes of a document's root. */
export interface XmlRootOptions {
  /** The namespace of all elements. */
  readonly namespace?: string;
}

/** Writes an XML document. */
export function xmlDocument(
  root: string,
  content: XmlContent,
  options: XmlRootOptions = {},
): string {
  const attribute = options.namespace === undefined ? "" : ` xmlns="${options.namespace}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${root}${attribute}>${
    inner(content)
  }</${root}>\n`;
}

function inner(content: XmlContent): string {
  if (typeof content === "string") return escape(content);
  return Object.entries(content).flatMap(([name, value]) =>
    (isList(value) ? value : [value]).map((one) => `<${name}>${inner(one)}</${name}>`)
  ).join("");
}

// Array.isArray() alone does not tell a readonly list from a mapping to the compiler.
function isList(value: XmlContent | readonly XmlContent[]): value is readonly XmlContent[] {
  return Array.isArray(value);
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
