/** The text of the lines that a recording names, so that it can be read where the program is not. */
import type { FrameRecord, FunctionRecord, Recording } from "./model.ts";
import type { Sources } from "./sources.ts";

/** Of a line: bundles are one. */
const mostOfLine = 200;
/** Of all. */
const mostCharacters = 1 << 20;

export function sourceLines(
  functions: readonly FunctionRecord[],
  stacks: Iterable<{ readonly frames: readonly FrameRecord[] }>,
  sources: Sources,
): Recording["sources"] {
  const files: Record<string, Record<number, string>> = {};
  let left = mostCharacters;
  for (const { frames } of stacks) {
    for (const [fn, line] of frames) {
      const { kind, file } = functions[fn]!;
      if (kind !== "user" || line === 0 || files[file]?.[line] !== undefined) continue;
      const text = sources.lineOf(file, line)?.trim().slice(0, mostOfLine) ?? "";
      left -= text.length;
      if (text === "") continue;
      if (left < 0) return files;
      (files[file] ??= {})[line] = text;
    }
  }
  return files;
}
