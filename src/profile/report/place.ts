/** Where a site is, in as much room as there is. */
import path from "node:path";
import type { Place, Site } from "../sites.ts";
import { cutEnd, cutMiddle, cutStart, printable, widthOf } from "./terminal.ts";

/**
 * `src/frame.ts:12 encode`; without its line where that is not certain. An arrow stands before a line that
 * has only started what copied later.
 */
export function placeOf(
  { file, line, functionName, via }: Place & Partial<Pick<Site, "via">>,
  directory: string,
  width = Infinity,
): string {
  const arrow = via === "origin" ? "← " : "";
  const where = nearPath(file, directory) + (line > 0 ? `:${line}` : "");
  const name = printable(functionName);
  const room = width - widthOf(arrow);
  if (name === "") return arrow + cutPath(where, room);
  // The file is found by its end, the function by its beginning.
  const roomOfName = Math.max(Math.floor(room / 3), room - widthOf(where) - 1);
  const shortName = cutEnd(name, roomOfName);
  return `${arrow}${cutPath(where, room - widthOf(shortName) - 1)} ${shortName}`;
}

/** Far from the program's directory, where a path begins says little. */
function cutPath(where: string, width: number): string {
  return path.isAbsolute(where) ? cutStart(where, width) : cutMiddle(where, width);
}

/** Of a package by its name, and relative for what lies below the directory that the program was started in. */
export function nearPath(file: string, directory: string): string {
  const [, inPackage] = /[\\/]node_modules[\\/](?!.*[\\/]node_modules[\\/])(.*)$/s.exec(file) ?? [];
  if (inPackage !== undefined) return printable(`…/${inPackage}`);
  const near = path.isAbsolute(file) ? path.relative(directory, file) : file;
  return printable(near.startsWith("..") || path.isAbsolute(near) ? file : near);
}
