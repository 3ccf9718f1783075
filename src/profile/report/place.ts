/** Where a site is, in as much room as there is. */
import path from "node:path";
import type { Site } from "../sites.ts";
import { cutEnd, cutMiddle, cutStart, printable, widthOf } from "./terminal.ts";

type Place = Pick<Site, "file" | "line" | "functionName" | "via">;

/**
 * `src/frame.ts:12 encode`; without its line where that is not certain. An arrow stands before a line that
 * has only started what copied later.
 */
export function placeOf(site: Place, directory: string, width = Infinity): string {
  const arrow = site.via === "origin" ? "← " : "";
  const where = nearPath(site.file, directory) + (site.line > 0 ? `:${site.line}` : "");
  const name = printable(site.functionName);
  const room = width - widthOf(arrow);
  if (name === "") return arrow + cutPath(where, room);
  // The file is found by its end, the function by its beginning.
  const roomOfName = Math.max(Math.floor(room / 3), room - widthOf(where) - 1);
  const shortName = cutEnd(name, roomOfName);
  return `${arrow}${cutPath(where, room - widthOf(shortName) - 1)} ${shortName}`;
}

/** Far from the program's directory, where a path begins says little; of a package, its name says most. */
function cutPath(where: string, width: number): string {
  const inPackage = where.replace(/^.*\bnode_modules\//, "…/");
  if (widthOf(where) > width && inPackage !== where) return cutMiddle(inPackage, width);
  return path.isAbsolute(where) ? cutStart(where, width) : cutMiddle(where, width);
}

/** Relative, for what lies below the directory that the program was started in. */
export function nearPath(file: string, directory: string): string {
  const near = path.isAbsolute(file) ? path.relative(directory, file) : file;
  return printable(near.startsWith("..") || path.isAbsolute(near) ? file : near);
}
