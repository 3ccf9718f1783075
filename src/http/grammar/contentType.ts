/** Types of files by their names. Which extension is what is mime-types' knowledge. */
import path from "node:path";
import mime from "mime-types";

/** Only known extensions get in, in lower case: it cannot become longer than the table of mime-types. */
const known = new Map<string, string>();

/** `"text/html; charset=utf-8"` for `index.html`; undefined where the extension says nothing. */
export function contentTypeOf(file: string): string | undefined {
  const extension = path.extname(file);
  const before = known.get(extension);
  if (before !== undefined) return before;
  const type = mime.contentType(extension);
  if (type === false) return undefined;
  if (extension === extension.toLowerCase()) known.set(extension, type);
  return type;
}
