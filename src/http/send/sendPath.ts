/** From the path that was asked for to the path of a file, or to a status. No file is looked at. */
import path from "node:path";

export type Dotfiles = "allow" | "deny" | "ignore";

/** Of Windows too: no file name that is asked for over HTTP needs a backslash between dots. */
const climbing = /(?:^|[\\/])\.\.(?:[\\/]|$)/;

/**
 * The file that `requested`, which is percent-encoded, names: 400 if it is no text, or has a NUL; 403 if
 * it climbs; and what `dotfiles` says.
 */
export function locate(
  requested: string,
  root: string | undefined,
  dotfiles: Dotfiles,
): string | 400 | 403 | 404 {
  const decoded = decode(requested);
  if (decoded === undefined || decoded.includes("\0")) return 400;
  const isBelow = root !== undefined;
  const wanted = isBelow && decoded !== "" ? path.normalize(`.${path.sep}${decoded}`) : decoded;
  if (climbing.test(wanted)) return 403;
  if (dotfiles !== "allow" && isHidden(isBelow ? wanted : path.normalize(wanted))) {
    return dotfiles === "deny" ? 403 : 404;
  }
  return isBelow ? path.normalize(path.join(root, wanted)) : path.resolve(wanted);
}

/** Whether a part of a normal path begins with a dot, and is not ".". */
function isHidden(normal: string): boolean {
  if (!normal.includes(".")) return false;
  return normal.split(path.sep).some((part) => part.length > 1 && part.startsWith("."));
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** A path that may be half encoded, for a Location header: RFC 3986 §2, and what is encoded stays. */
export function encodePath(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, "\uFFFD")
    .replaceAll(
      /%(?![0-9A-Fa-f]{2})|[^\u0021\u0023-\u003b\u003d\u003f-\u005f\u0061-\u007a|~]+/gu,
      encodeURI,
    );
}

/** `//host` would be another server. */
export function withOneSlash(text: string): string {
  return text.replace(/^\/{2,}/, "/");
}
