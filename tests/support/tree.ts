/**
 * What is in a directory, to be compared later.
 *
 * @module
 */

/** Returns all below `directory`, without following links: path, kind, mode, owner, times, content. */
export function tree(directory: string): string[] {
  const lines: string[] = [];
  const visit = (path: string) => {
    const { mode, uid, mtime, ctime, ino, isFile, isDirectory, isSymlink } = Deno.lstatSync(path);
    const what = isFile ? digest(path) : isSymlink ? Deno.readLinkSync(path) : "";
    lines.push([path, mode, uid, ino, mtime?.getTime(), ctime?.getTime(), what].join(" "));
    if (!isDirectory) return;
    const names = [...Deno.readDirSync(path)].map(({ name }) => name).sort();
    for (const name of names) visit(`${path}/${name}`);
  };
  visit(directory);
  return lines;
}

/** Larger files are told apart by their size and times. */
const MAX_BYTES = 65_536;

function digest(path: string): string {
  const { size } = Deno.statSync(path);
  return size > MAX_BYTES ? `${size}` : Deno.readFileSync(path).toBase64();
}
