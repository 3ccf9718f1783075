/** What the doc comment of a public function has to tell (CONTRIBUTING.md). */
import path from "node:path";
import { read } from "../repository.ts";

const parts: readonly (readonly [string, RegExp])[] = [
  ["*Copies:*", /\*Copies:\*/],
  ["*Complexity:*", /\*Complexity:\*/],
  ["@throws", /@throws/],
  ["@example", /@example/],
];

/** `os.msync: @example`, for every part that the comment of a function of `src/<layer>` lacks. */
export function lackingParts(layer: string): string[] {
  return exportsOf(`src/${layer}/index.ts`).flatMap(({ name, file }) => {
    const comment = commentOf(name, read(file));
    if (comment === undefined) return [];
    return parts
      .filter(([, pattern]) => !pattern.test(comment))
      .map(([part]) => `${layer}.${name}: ${part}`);
  });
}

function exportsOf(index: string): { name: string; file: string }[] {
  const statements = read(index).matchAll(/^export \{(?<names>[^}]*)\} from "(?<from>[^"]+)"/gm);
  return [...statements].flatMap(({ groups }) => {
    const file = path.posix.join(path.posix.dirname(index), groups?.["from"] ?? "");
    const names = (groups?.["names"] ?? "").split(",").map((name) => name.trim());
    return names.filter((name) => name !== "").map((name) => ({ name, file }));
  });
}

/** Undefined for what is no function. */
function commentOf(name: string, text: string): string | undefined {
  const declared = new RegExp(String.raw`^export (async )?function ${name}\b`, "m").exec(text);
  if (!declared) return undefined;
  const before = text.slice(0, declared.index);
  const comment = before.slice(before.lastIndexOf("/**"));
  return /\*\/\n(\/\/.*\n)*$/.test(comment) ? comment : "";
}
