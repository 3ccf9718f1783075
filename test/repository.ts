/** The files of the repository: everything git tracks or would track. */
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
});

/** Relative to the root, sorted. A tracked file may have been deleted since. */
export const files: readonly string[] = [...new Set(listed.trim().split("\n"))]
  .filter((file) => fs.statSync(path.join(root, file), { throwIfNoEntry: false })?.isFile())
  .toSorted();

export function read(file: string): string {
  return fs.readFileSync(path.join(root, file), "utf8");
}

/** The files of a folder, at any depth. */
export function filesUnder(folder: string, ending: RegExp): string[] {
  return files.filter((file) => file.startsWith(`${folder}/`) && ending.test(file));
}

/** `file:line text`, for every line of the files that the pattern matches. */
export function grep(pattern: RegExp, among: readonly string[]): string[] {
  return among.flatMap((file) =>
    read(file)
      .split("\n")
      .flatMap((line, index) => {
        const match = pattern.exec(line);
        return match ? [`${file}:${index + 1} ${match[0].trim()}`] : [];
      }),
  );
}
