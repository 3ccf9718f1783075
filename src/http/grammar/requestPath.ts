/** From a request's target to the name of a file, and back to a Location. */
import path from "node:path";
import type { IncomingMessage } from "node:http";

/** Of Express, Connect and Polka, which take the part where a handler is mounted from `url`. */
export interface Mounted extends IncomingMessage {
  readonly originalUrl?: string;
}

/** The target without its query, as it came: encoded. */
export function rawPath(target: string): string {
  const query = target.indexOf("?");
  const raw = query < 0 ? target : target.slice(0, query);
  return raw.startsWith("/") ? raw : withoutOrigin(raw);
}

/**
 * Servers must take `GET http://host/path` too: RFC 9112 §3.2.2. Polka leaves nothing of the path where
 * a handler is mounted.
 */
function withoutOrigin(raw: string): string {
  if (raw === "") return "/";
  const [, rest] = /^[a-z][a-z\d+.-]*:\/\/[^/]*(.*)$/i.exec(raw) ?? [];
  return rest === "" ? "/" : (rest ?? raw);
}

/**
 * Decoded and normalised: a leading slash, and a final one if it names a directory. Otherwise the
 * status of the answer: 400 for what is malformed, 403 for what climbs above the root.
 */
export function canonicalPath(raw: string): string | 400 | 403 {
  if (!raw.startsWith("/")) return 400;
  const decoded = raw.includes("%") ? decode(raw) : raw;
  if (decoded === undefined || decoded.includes("\0")) return 400;
  if (decoded.includes("..") && climbs(decoded)) return 403;
  return path.posix.normalize(decoded.replace(/^\/+/, "/"));
}

/** Whether `..` leads above the root, which normalising would hide. */
function climbs(decoded: string): boolean {
  let depth = 0;
  for (const part of decoded.split(path.sep === "/" ? "/" : /[/\\]/)) {
    if (part === "..") depth--;
    else if (part !== "" && part !== ".") depth++;
    if (depth < 0) return true;
  }
  return false;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined; // malformed, or not UTF-8
  }
}

export function hasDotfile(canonical: string): boolean {
  return canonical.includes("/.");
}

/** Where the directory that `req` names is, with its final slash: for Location, RFC 9110 §10.2.2. */
export function directoryLocation(req: Mounted): string {
  const target = req.originalUrl ?? req.url ?? "/";
  const query = target.indexOf("?");
  // Two slashes, or what browsers take for such, would begin the name of a host.
  const found = rawPath(target).replace(/^[/\\]+/, "/");
  return escapeTarget(`${found}/${query < 0 ? "" : target.slice(query)}`);
}

/** What may not stand in a URI, RFC 3986; what is escaped stays as it is. */
function escapeTarget(target: string): string {
  return target.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, (character) => {
    // Node hands bytes over as characters; who rewrites targets may have put in others.
    const bytes = Buffer.from(character, character <= "\u00ff" ? "latin1" : "utf8");
    return bytes.toString("hex").toUpperCase().replace(/../g, "%$&");
  });
}
