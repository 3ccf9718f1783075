/** Which files are the program's own, and which are of packages that it uses. */
import type { FunctionRecord, Recording } from "./model.ts";

/**
 * Tells the functions of the program itself. One that lies in node_modules, as npm and tsc do, has what is in
 * its own package.
 */
export function ownCodeOf({
  program,
}: Pick<Recording, "program">): (fn: FunctionRecord) => boolean {
  const home = packageOf(program.command[0] ?? "");
  return ({ kind, file }) => kind === "user" && file !== "" && packageOf(file) === home;
}

/** The folder of the package that a file belongs to; empty outside of node_modules. */
function packageOf(file: string): string {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(file)?.[0] ?? "";
}
