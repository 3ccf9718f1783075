/** Who may import whom in `src`, by first folder (or file) name. */

const memory = ["format", "core"];
const kernel = [...memory, "native", "os"];
const all = [...kernel, "struct", "interop", "stream", "fs", "net", "http", "profile", "compare"];

/** A folder may always import itself. Nobody imports `cli`. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  format: [],
  core: ["format"],
  struct: memory,
  interop: memory,
  stream: [...memory, "struct"],
  index: memory,
  native: ["core"],
  os: ["core", "native"],
  fs: kernel,
  net: kernel,
  http: [...kernel, "fs", "net"],
  register: [...kernel, "fs", "net", "http"],
  profile: all,
  compare: all,
  cli: all,
};

/** Runs wherever ES2023 does: nothing of Node, nothing from npm. */
export const portable: ReadonlySet<string> = new Set([
  "format",
  "core",
  "struct",
  "interop",
  "index",
]);

/** What comes from npm: the grammar of HTTP, tables that others keep, and a format of others. */
export const libraries: Readonly<Record<string, readonly string[]>> = {
  http: ["fresh", "mime-types", "ms", "negotiator", "range-parser"],
  profile: ["pprof-format"],
  cli: ["ms"],
};

/** `net` for `src/net/source.ts`, `index` for `src/index.ts`. */
export function layerOf(file: string): string {
  return file.split("/")[1]?.replace(/\.ts$/, "") ?? "";
}
