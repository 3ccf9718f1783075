/**
 * Text of a recording as a page may show it. Names of files and functions come from programs: they can be
 * a megabyte long, and hold what cannot be seen or turns the line around.
 */

// Control characters, joiners, marks and overrides of direction, line separators, byte order marks.
const invisible =
  // oxlint-disable-next-line no-control-regex -- they are what has to be found
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** One line of at most `maximum` characters, and the way of the invisible ones written out: `<U+202E>`. */
export function shown(text: string, maximum = 300): string {
  const cut = text.length > maximum ? `${text.slice(0, maximum)}…` : text;
  return cut.replaceAll("\t", "  ").replace(invisible, (found) => `<U+${hex(found)}>`);
}

function hex(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
}

/** Below the folder where the program ran, a path goes without it; of an ES module, without `file://`. */
export function shownPath(file: string, directory: string): string {
  const path = file.startsWith("file://") ? file.slice("file://".length) : file;
  const isBelow = directory.length > 1 && path.startsWith(`${directory}/`);
  return shown(isBelow ? path.slice(directory.length + 1) : path);
}

/** Of a package, without the folders that it was installed in. */
export function shortPath(file: string, directory: string): string {
  return shownPath(file, directory).replace(/^.*[\\/]node_modules[\\/]/s, "…/");
}
